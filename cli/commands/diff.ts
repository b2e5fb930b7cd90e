import { command } from '../../command-line/command.ts';
import type { Call } from '../../command-line/command.ts';
import { DONE, FAILED, REFUSED } from '../../command-line/exit-code.ts';
import type { ExitCode } from '../../command-line/exit-code.ts';
import type { Flags } from '../../command-line/flag.ts';
import type { Comparison } from '../../render/difference/compare-claims.ts';
import { compareClaims } from '../../render/difference/compare-claims.ts';
import { compareWithCluster } from '../../render/difference/compare-cluster.ts';
import type { Platform } from '../../render/platform.ts';
import type { LoadedClaim, Sorted } from '../input/claims.ts';
import { duplicates, faultIn, findingOf, titleOf } from '../input/claims.ts';
import { claimFlags, surroundingFlags } from '../flags.ts';
import { Failure } from '../../command-line/failure.ts';
import type { Finding } from '../output/findings.ts';
import { findingLine, sortedFindings } from '../output/findings.ts';
import type { Loaded } from '../input/objects.ts';
import { loadObjects, ownResources } from '../input/objects.ts';
import { loadServedKinds } from '../input/schemas.ts';
import type { Surroundings } from '../../render/render-claim.ts';
import { loadClaims, platformFor } from '../input/load.ts';
import type { Pair } from '../output/difference.ts';
import { printDifference } from '../output/print-difference.ts';
import { loadRevision } from '../input/git-revision.ts';

const formats = ['text', 'yaml', 'json', 'markdown'] as const;

const flags = {
  revision: {
    value: 'REV',
    help: 'Compare with the same files in this Git revision, such as main or HEAD.',
  },
  ...surroundingFlags,
  ...claimFlags,
  output: {
    short: 'o',
    value: 'FORMAT|PATH',
    many: true,
    help: `What to print: ${formats.join(', ')}. A path is one of --observed-resources, as with render.`,
  },
} as const satisfies Flags;

export const diff = command({
  description: `Shows what a change of claims comes to: every field of every object that changes, what is replaced
and what is deleted. Marks what restarts Pods, what cannot be undone, and what the API server would refuse.
With claims alone and -o it shows what this version would change at those objects of a cluster: an upgrade.
Exit code 0 when nothing changes, 1 when something does, 2 when a cluster would refuse it or the call is wrong.`,
  operands: { usage: 'OLD NEW | --revision REV FILE|FOLDER… | -o OBJECTS CLAIMS', least: 1, most: Infinity },
  flags,
  async run(call, terminal) {
    const platform = await platformFor(call.flags.xrd);
    const upgrade = isUpgrade(call);
    const { before, after } = await bothSides(platform, call);
    const observed = await loadObjects(observedPaths(call));
    const required = await loadObjects(call.flags['required-resources']);
    const serves = await loadServedKinds(call.flags['required-schemas']);
    const pairs = pairUp(before.claims, after.claims).map((pair) => ({
      ...pair,
      comparison: compare(platform, pair, { observed, required: required.objects, serves, upgrade }),
    }));
    const unread = [...before.findings, ...after.findings].length > 0;
    const shown = unread ? pairs.filter(({ before, after }) => before && after) : pairs;
    const findings = [
      ...[before, after, observed, required].flatMap((each) => each.findings),
      ...pairs.flatMap(unreadable),
    ];
    const lines = sortedFindings(findings).map(findingLine);
    printDifference(shown, lines, { format: formatOf(call), quiet: unread }, terminal);
    if (shown.length < pairs.length)
      terminal.say(
        `note: ${counted(pairs.length - shown.length)} on one side only, and not shown: a file could not be read`,
      );
    for (const note of [...duplicates(before.claims), ...duplicates(after.claims)])
      terminal.say(`note: ${note}`);
    for (const line of lines) terminal.say(line);
    return findings.length > 0 ? REFUSED : exitCode(pairs.map(({ comparison }) => comparison));
  },
});

function formatOf({ flags: { output } }: Call<typeof flags>): (typeof formats)[number] {
  return formats.find((format) => format === output.findLast((each) => isFormat(each))) ?? 'text';
}

function observedPaths({ flags: given }: Call<typeof flags>): string[] {
  return [...given['observed-resources'], ...given.output.filter((each) => !isFormat(each))];
}

function isFormat(given: string): boolean {
  return formats.some((format) => format === given);
}

interface Given extends Pick<Surroundings, 'required' | 'serves'> {
  readonly observed: Loaded;
  readonly upgrade: boolean;
}

interface Sides {
  readonly before: Sorted;
  readonly after: Sorted;
}

/** Whether claims are compared with what a cluster has of them, rather than with other claims. */
function isUpgrade(call: Call<typeof flags>): boolean {
  return call.flags.revision === undefined && call.operands.length === 1 && observedPaths(call).length > 0;
}

async function bothSides(platform: Platform, call: Call<typeof flags>): Promise<Sides> {
  const { operands, name } = call;
  const { revision, namespace } = call.flags;
  if (isUpgrade(call)) {
    const claims = await loadClaims(platform, operands, namespace);
    return { before: { ...claims, findings: [] }, after: claims };
  }
  if (revision !== undefined)
    return {
      before: await loadRevision(platform, revision, operands, namespace),
      after: await loadClaims(platform, operands, namespace),
    };
  const [old, now, ...more] = operands;
  if (old === undefined || now === undefined || more.length > 0)
    throw new Failure(`expected two files or folders, or --revision REV; ${name} --help says more`, REFUSED);
  return {
    before: await loadClaims(platform, [old], namespace),
    after: await loadClaims(platform, [now], namespace),
  };
}

/** Claims of the same identity, and those that only one side has. */
function pairUp(before: readonly LoadedClaim[], after: readonly LoadedClaim[]): Pair[] {
  const old = new Map(before.map((each) => [titleOf(each.claim), each]));
  const now = new Map(after.map((each) => [titleOf(each.claim), each]));
  return [...new Set([...old.keys(), ...now.keys()])]
    .toSorted()
    .map((title) => ({ title, before: old.get(title), after: now.get(title) }));
}

function compare(
  platform: Platform,
  { before, after }: Pair,
  { observed, upgrade, ...around }: Given,
): Comparison {
  const either = after ?? before;
  if (either === undefined) throw new Error('a pair of claims has neither');
  try {
    const surroundings = { observed: ownResources(observed.objects, either.claim), ...around };
    if (upgrade) return compareWithCluster(platform, either.offer, either.claim, surroundings);
    return compareClaims(platform, either.offer, before?.claim, after?.claim, surroundings);
  } catch (error) {
    const { message } = faultIn(either, error);
    return {
      kind: 'unreadable',
      which: after === undefined ? 'old' : 'new',
      problems: [{ path: '', message }],
    };
  }
}

function unreadable({ before, after, comparison }: Pair & { readonly comparison: Comparison }): Finding[] {
  if (comparison.kind !== 'unreadable') return [];
  const claim = comparison.which === 'old' ? before : after;
  if (claim === undefined) return [];
  return comparison.problems.map(({ path, message }) => findingOf(claim, path, message));
}

function counted(claims: number): string {
  return claims === 1 ? '1 claim is' : `${claims} claims are`;
}

function exitCode(comparisons: readonly Comparison[]): ExitCode {
  const differences = comparisons.flatMap((each) => (each.kind === 'compared' ? [each.difference] : []));
  if (differences.some((each) => each.refused.length > 0)) return REFUSED;
  const changed = differences.some(({ spec, objects }) => spec.length + objects.length > 0);
  return changed ? FAILED : DONE;
}
