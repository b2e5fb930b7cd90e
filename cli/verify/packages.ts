import type { Observed } from '../../functions/composition/contract.ts';
import { at, conditionOf, metadataOf, text } from '../../functions/composition/read.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { looked, unseen, well, wrong } from './check.ts';
import type { Check, Wanted } from './check.ts';
import { isAtLeast, tagOf } from './versions.ts';

const apiVersion = 'pkg.crossplane.io/v1';
const install = 'kubectl apply -k package/install';

/** Our packages by the ends of their names: registry and owner are those of each build. */
const repositories = { Configuration: 'zerotouch', Function: 'function-zerotouch' } as const;

/** Our Configuration, and our Function: one, or two where a second version is tried. */
export async function packageChecks(cluster: Cluster): Promise<readonly Check[]> {
  const configurations = await packagesOf(cluster, 'Configuration');
  const versions = 'refused' in configurations ? [] : configurations.found.map(versionOf);
  const functions = await packagesOf(cluster, 'Function');
  return [
    ...rowsOf('Configuration', configurations, () => undefined),
    ...rowsOf('Function', functions, (version) => olderThan(version, versions)),
  ];
}

type Packages = { readonly found: readonly Observed[] } | { readonly refused: string };

function packagesOf(cluster: Cluster, kind: keyof typeof repositories): Promise<Packages> {
  return looked<Packages>(
    async () => {
      const all = await cluster.list({ apiVersion, kind });
      return { found: all.filter((each) => repositoryOf(each) === repositories[kind]) };
    },
    (refused) => ({ refused }),
  );
}

function rowsOf(
  kind: keyof typeof repositories,
  packages: Packages,
  old: (version: string) => string | undefined,
): readonly Check[] {
  const needed = kind === 'Function' ? 'healthy, not older than the Configuration' : 'healthy';
  const wanted = { subject: kind, needed: `…/${repositories[kind]} ${needed}` };
  if ('refused' in packages) return [unseen(wanted, packages.refused)];
  if (packages.found.length === 0) return [wrong(wanted, 'not installed', install)];
  return packages.found.map((each) => {
    const named = { ...wanted, subject: `${kind} ${metadataOf(each).name}` };
    return healthCheck(named, each, old(versionOf(each)));
  });
}

function healthCheck(wanted: Wanted, found: Observed, old: string | undefined): Check {
  const version = versionOf(found);
  const describe = `kubectl describe ${text(found.kind).toLowerCase()}.pkg.crossplane.io ${metadataOf(found).name}`;
  for (const type of ['Installed', 'Healthy']) {
    const condition = conditionOf(found, type);
    if (condition?.status === 'True') continue;
    const why =
      condition === undefined ? 'Crossplane does not say yet' : condition.message || condition.reason;
    return wrong(wanted, `${version} is not ${type.toLowerCase()}: ${why}`, describe);
  }
  return old === undefined
    ? well(wanted, `${version}, healthy`)
    : wrong(wanted, `${version}, older than the Configuration's ${old}`, `upgrade it: ${install}`);
}

/** The first of these versions that this one is older than. */
function olderThan(version: string, others: readonly string[]): string | undefined {
  return others.find((other) => isAtLeast(version, other) === false);
}

function versionOf(found: Observed): string {
  return tagOf(text(at(found, 'spec', 'package')));
}

/** The last part of the package's name, without its version. */
function repositoryOf(found: Observed): string {
  const last =
    text(at(found, 'spec', 'package'))
      .split('/')
      .at(-1) ?? '';
  return last.split(/[:@]/)[0] ?? '';
}
