import { execute } from './execute.ts';

/** What all packages and images of one build have in common. */
export interface Release {
  /** Semantic version with a leading v, as tags have it. */
  readonly version: string;
  /** Registry and owner: `ghcr.io/bizmatters`. */
  readonly repository: string;
}

/** Repositories below registry and owner. */
export const names = {
  configuration: 'zerotouch',
  function: 'function-zerotouch',
  worker: 'agent-worker',
} as const;

/** The name in a registry: `ghcr.io/bizmatters/zerotouch:v0.1.0`. */
export function reference({ repository, version }: Release, name: keyof typeof names): string {
  return `${repository}/${names[name]}:${version}`;
}

/** https://semver.org, without build metadata, as a tag may not have a plus sign. */
const semver = /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?$/;

/** The first part of a reference is a registry when it has a dot or a port. Crossplane takes only those with a dot. */
const ownedRepository = /^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?(\/[a-z0-9]+([._-][a-z0-9]+)*)+$/;

/**
 * A release of this version to this registry.
 *
 * @throws when one of them is malformed
 */
export function release(version: string, repository: string): Release {
  if (!semver.test(version)) {
    throw new Error(`cannot build version ${version}: expected one such as v0.1.0 or v0.1.0-rc.1`);
  }
  if (!ownedRepository.test(repository)) {
    throw new Error(`cannot build for ${repository}: expected REGISTRY/OWNER, such as ghcr.io/bizmatters`);
  }
  return { version: version.replace(/^v?/, 'v'), repository };
}

/**
 * The name under which Crossplane installs the Function as a dependency, and which Compositions must call it by: its
 * repository, without the registry, as a label.
 * https://github.com/crossplane/crossplane-runtime/blob/v2.4.0/pkg/xpkg/name.go#L86
 */
export function functionName({ repository }: Release): string {
  const path = `${repository.slice(repository.indexOf('/') + 1)}/${names.function}`;
  const name = path.replaceAll(/[./]/g, '-').replaceAll('_', '');
  if (name.length > 63) {
    throw new Error(
      `cannot build for ${repository}: the Function's name ${name} is longer than 63 characters`,
    );
  }
  return name;
}

/**
 * Which versions of the Function a Configuration of this version depends on: itself and any later one that is compatible,
 * later pre-releases included when it is one itself.
 */
export function compatible({ version }: Release): string {
  const major = Number(version.slice(1, version.indexOf('.')));
  return `>=${version} <v${major + 1}.0.0-0`;
}

/** The version of a checkout: its tag, or else the one in package.json. */
export async function checkoutVersion(root: string, manifest: { readonly version: string }): Promise<string> {
  const args = ['describe', '--tags', '--exact-match', '--match', 'v[0-9]*', 'HEAD'];
  return execute('git', args, { cwd: root }).then(
    ({ stdout }) => stdout.trim(),
    () => manifest.version,
  );
}

/** The commit that a checkout is of; undefined where somebody has changed it since, or where there is no Git. */
export async function checkoutRevision(root: string): Promise<string | undefined> {
  const args = ['describe', '--always', '--abbrev=40', '--exclude', '*', '--dirty'];
  return execute('git', args, { cwd: root }).then(
    ({ stdout }) => (stdout.trim().endsWith('-dirty') ? undefined : stdout.trim()),
    () => undefined,
  );
}
