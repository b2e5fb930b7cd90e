import { command } from '../../command-line/command.ts';
import type { Call } from '../../command-line/command.ts';
import { REFUSED } from '../../command-line/exit-code.ts';
import type { ExitCode } from '../../command-line/exit-code.ts';
import { Failure } from '../../command-line/failure.ts';
import { refuseIdle } from '../../command-line/idle.ts';
import type { Flags } from '../../command-line/flag.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import type { Platform } from '../../render/platform.ts';
import {
  accessNames,
  claimFlags,
  clusterFlags,
  idleScope,
  surroundingFlags,
  surroundingNames,
} from '../flags.ts';
import { loadRevision } from '../input/git-revision.ts';
import { loadClaims, noClaim, platformFor } from '../input/load.ts';
import { loadObjects } from '../input/objects.ts';
import { loadServedKinds } from '../input/schemas.ts';
import { compareSides } from './diff-files.ts';
import type { Sides } from './diff-files.ts';
import { shown } from './difference-result.ts';

const formats = ['text', 'yaml', 'json', 'markdown'] as const;

const flags = {
  revision: {
    value: 'REV',
    help: 'Compare with the same files in this Git revision, such as main or HEAD.',
  },
  release: {
    value: 'RELEASE',
    help: 'Say what another release would change: its version, or the path of its program, package or checkout.',
  },
  ...surroundingFlags,
  ...claimFlags,
  ...clusterFlags,
  output: {
    short: 'o',
    value: 'FORMAT|PATH',
    many: true,
    help: `What to print: ${formats.join(', ')}. A path is one of --observed-resources, as with render.`,
  },
} as const satisfies Flags;

type DiffCall = Call<typeof flags>;

export const diff = command({
  description: `Shows what a change of claims comes to: every field of every object that changes, what is replaced
and what is deleted. Marks what restarts Pods, what cannot be undone, and what the API server would refuse.
  OLD NEW               two files or folders
  --revision REV PATH…  files and folders with what they were in Git
  --cluster PATH…       files and folders with what a cluster has, and what this version makes of them there
  --cluster             all claims of a cluster with what this version makes of them: an upgrade to it
  --cluster CATALOG     the same with another catalog of PostgreSQL images, a file without claims
  -o OBJECTS PATH       the same with objects of a cluster that lie in files
  --release RELEASE     with --cluster, or PATH: an upgrade from this release to another
With --cluster kubectl is needed, and the right to read claims, what they compose (Secrets too) and what they ask for.
Exit code 0 when nothing changes, 1 when something does, 2 when a cluster would refuse it or the call is wrong.`,
  operands: {
    usage: 'OLD NEW | --revision REV PATH… | --cluster [PATH…] | -o OBJECTS PATH',
    least: 0,
    most: Infinity,
  },
  flags,
  async run(call, terminal) {
    refuseIdleFlags(call);
    if (call.flags.release !== undefined) return diffRelease(call, call.flags.release, terminal);
    const platform = await platformFor(call.flags.xrd);
    if (call.flags.cluster) return diffCluster(platform, call, terminal);
    const sides = await bothSides(platform, call);
    const given = {
      observed: await loadObjects(observedPaths(call)),
      required: await loadObjects(call.flags['required-resources']),
      serves: await loadServedKinds(call.flags['required-schemas']),
      upgrade: isUpgrade(call),
    };
    return shown(compareSides(platform, sides, given), formatOf(call), terminal);
  },
});

function refuseIdleFlags(call: DiffCall): void {
  const { cluster, release } = call.flags;
  if (release !== undefined) refuseIdle(call, ['revision'], 'beside --release');
  if (!cluster) return refuseIdle(call, accessNames, 'without --cluster');
  const [idle, why] = idleScope(call.operands);
  refuseIdle(call, idle, why);
  refuseIdle(call, ['revision', ...surroundingNames], 'with --cluster, which is asked itself');
  if (observedPaths(call).length > 0) refuseIdle(call, ['output'], 'with --cluster but to name a format');
}

function formatOf({ flags: { output } }: DiffCall): (typeof formats)[number] {
  return formats.find((format) => format === output.findLast((each) => isFormat(each))) ?? 'text';
}

function observedPaths({ flags: given }: DiffCall): string[] {
  return [...given['observed-resources'], ...given.output.filter((each) => !isFormat(each))];
}

function isFormat(given: string): boolean {
  return formats.some((format) => format === given);
}

/** Whether claims are compared with what a cluster has of them, rather than with other claims. */
function isUpgrade(call: DiffCall): boolean {
  return call.flags.revision === undefined && call.operands.length === 1 && observedPaths(call).length > 0;
}

async function bothSides(platform: Platform, call: DiffCall): Promise<Sides> {
  const { operands, name } = call;
  const { revision } = call.flags;
  if (isUpgrade(call)) {
    const claims = await loadClaims(platform, operands, call.flags);
    return { before: { ...claims, findings: [] }, after: claims };
  }
  if (revision !== undefined && operands.length > 0)
    return {
      before: await loadRevision(platform, revision, operands, call.flags),
      after: await loadClaims(platform, operands, call.flags),
    };
  const [old, now, ...more] = operands;
  if (old === undefined || now === undefined || more.length > 0)
    throw new Failure(
      `expected two files or folders, or --revision REV with some, or --cluster; ${name} --help says more`,
      REFUSED,
    );
  return {
    before: await loadClaims(platform, [old], call.flags),
    after: await loadClaims(platform, [now], call.flags),
  };
}

async function diffCluster(platform: Platform, call: DiffCall, terminal: Terminal): Promise<ExitCode> {
  const { operands, flags: given } = call;
  const [{ withCluster }, { compareCluster, compareFilesWithCluster }] = await Promise.all([
    import('../cluster/with-cluster.ts'),
    import('./diff-cluster.ts'),
  ]);
  const sorted = operands.length === 0 ? undefined : await loadClaims(platform, operands, given);
  const { claims = [], catalogs = [], findings = [] } = sorted ?? {};
  if (sorted !== undefined && claims.length + catalogs.length + findings.length === 0)
    throw new Failure(noClaim(sorted, operands), REFUSED);
  const images = { before: [], after: catalogs };
  const whole = claims.length + findings.length === 0;
  const pairs = await withCluster(given, (cluster) =>
    whole
      ? compareCluster(platform, cluster, given['cluster-namespace'], images)
      : compareFilesWithCluster(platform, cluster, claims, images),
  );
  const result = { pairs, unread: findings.length > 0, findings, notes: [] };
  return shown(result, formatOf(call), terminal);
}

async function diffRelease(call: DiffCall, release: string, terminal: Terminal): Promise<ExitCode> {
  const { operands, flags: given } = call;
  const { compareReleases, programOf, runRelease } = await import('./diff-release.ts');
  const start = await programOf(release);
  const passed = (
    ['xrd', 'context', 'kubeconfig', 'cluster-namespace', 'namespace', 'required-schemas'] as const
  )
    .filter((name) => call.given.has(name))
    .map((name) => `--${name}=${given[name]}`);
  const args = [
    ...passed,
    ...given['required-resources'].map((path) => `--required-resources=${path}`),
    `--output=${formatOf(call)}`,
    ...operands,
  ];
  if (given.cluster) return runRelease(start, ['diff', '--cluster', ...args]);
  if (operands.length !== 1)
    throw new Failure(
      `expected one file or folder, or --cluster, to say what release ${release} changes; ${call.name} --help says more`,
      REFUSED,
    );
  const platform = await platformFor(given.xrd);
  const sorted = await loadClaims(platform, operands, given);
  if (sorted.claims.length === 0) throw new Failure(noClaim(sorted, operands), REFUSED);
  for (const finding of sorted.findings) terminal.say(`note: left out: ${finding.file}: ${finding.message}`);
  const options = {
    observed: observedPaths(call),
    required: given['required-resources'],
    serves: await loadServedKinds(given['required-schemas']),
    beside: false,
    generateSecrets: false,
  };
  return compareReleases(start, platform, sorted.claims, { options, args });
}
