import type { Catalogs } from '../../render/difference/catalog-changes.ts';
import { catalogsIn } from '../../render/difference/catalog-changes.ts';
import type { Comparison } from '../../render/difference/compare-claims.ts';
import { compareClaims } from '../../render/difference/compare-claims.ts';
import { compareWithCluster } from '../../render/difference/compare-cluster.ts';
import type { Platform } from '../../render/platform.ts';
import type { Surroundings } from '../../render/render-claim.ts';
import type { LoadedClaim, Sorted } from '../input/claims.ts';
import { duplicates, faultIn, titleOf } from '../input/claims.ts';
import { nestedClaims } from '../input/nested-claims.ts';
import type { Loaded } from '../input/objects.ts';
import { ownResources } from '../input/objects.ts';
import type { Differences } from './difference-result.ts';

/** Claims on both sides. */
export interface Sides {
  readonly before: Sorted;
  readonly after: Sorted;
}

/** What is there besides the claims, and how they are compared. */
export interface Given extends Pick<Surroundings, 'serves'> {
  readonly observed: Loaded;
  readonly required: Loaded;
  /** Whether claims are compared with what a cluster has of them, rather than with other claims. */
  readonly upgrade: boolean;
}

interface FilePair {
  readonly title: string;
  readonly before: LoadedClaim | undefined;
  readonly after: LoadedClaim | undefined;
}

/** Compares the claims of two sides, or those of one with the observed objects. */
export function compareSides(platform: Platform, { before, after }: Sides, given: Given): Differences {
  const own = pairUp(before.claims, after.claims);
  const others = catalogsIn(given.required.objects);
  const catalogs = {
    before: [...before.catalogs, ...others],
    after: [...after.catalogs, ...others],
  };
  const pairs = [...own, ...pairsWithin(platform, own)].map((pair) => ({
    ...pair,
    comparison: compare(platform, pair, given, catalogs),
  }));
  const unread = [...before.findings, ...after.findings].length > 0;
  const shown = unread ? pairs.filter((each) => each.before && each.after) : pairs;
  const hidden = pairs.length - shown.length;
  return {
    pairs: shown,
    unread,
    findings: [before, after, given.observed, given.required].flatMap((each) => each.findings),
    notes: [
      ...(hidden === 0
        ? []
        : [`${counted(hidden)} on one side only, and not shown: a file could not be read`]),
      ...duplicates(before.claims),
      ...duplicates(after.claims),
    ],
  };
}

/** Claims of the same identity, and those that only one side has. */
function pairUp(before: readonly LoadedClaim[], after: readonly LoadedClaim[]): FilePair[] {
  const old = new Map(before.map((each) => [titleOf(each.claim), each]));
  const now = new Map(after.map((each) => [titleOf(each.claim), each]));
  return [...new Set([...old.keys(), ...now.keys()])]
    .toSorted()
    .map((title) => ({ title, before: old.get(title), after: now.get(title) }));
}

/**
 * Claims that claims make, on both sides, but for those that stand in a file themselves. Where a claim would be refused nobody can
 * tell what it makes, and nothing is said to be deleted.
 */
function pairsWithin(platform: Platform, own: readonly FilePair[]): FilePair[] {
  const titles = new Set(own.map(({ title }) => title));
  return own
    .flatMap(({ before, after }) => {
      const [old, now] = [before, after].map((each) =>
        each === undefined ? [] : nestedClaims(platform, each),
      );
      return old === undefined || now === undefined ? [] : pairUp(old, now);
    })
    .filter(({ title }) => !titles.has(title));
}

function compare(
  platform: Platform,
  { before, after }: FilePair,
  { observed, required, serves, upgrade }: Given,
  catalogs: Catalogs,
): Comparison {
  const either = after ?? before;
  if (either === undefined) throw new Error('a pair of claims has neither');
  try {
    const surroundings = {
      observed: ownResources(observed.objects, either.claim),
      required: required.objects,
      serves,
    };
    if (upgrade) return compareWithCluster(platform, either.offer, either.claim, surroundings, { catalogs });
    return compareClaims(platform, either.offer, before?.claim, after?.claim, surroundings, catalogs);
  } catch (error) {
    const { message } = faultIn(either, error);
    return {
      kind: 'unreadable',
      which: after === undefined ? 'old' : 'new',
      problems: [{ path: '', message }],
    };
  }
}

function counted(claims: number): string {
  return claims === 1 ? '1 claim is' : `${claims} claims are`;
}
