import type { Comparison, Difference, ObjectDifference } from '../../render/difference/compare-claims.ts';
import type { Effect } from '../../render/difference/effect.ts';
import type { Pair } from './difference.ts';

/** What all claims come to together. */
export interface Summary {
  readonly changed: number;
  readonly claims: number;
  readonly objects: Readonly<Record<ObjectDifference['kind'], number>>;
  /** Whether Pods stop or restart, a part cannot be undone, the API server would refuse something. */
  readonly restarts: boolean;
  readonly final: boolean;
  readonly refused: boolean;
  readonly unreadable: number;
}

/** Sums up comparisons of claims. */
export function summaryOf(pairs: readonly { readonly comparison: Comparison }[]): Summary {
  const differences = pairs.flatMap(({ comparison }) =>
    comparison.kind === 'compared' ? [comparison.difference] : [],
  );
  const changing = differences.filter(({ spec, objects }) => spec.length + objects.length > 0);
  const objects = changing.flatMap((each) => each.objects);
  const effects = objects.flatMap(effectsOfObject);
  const count = (kind: ObjectDifference['kind']) => objects.filter((each) => each.kind === kind).length;
  return {
    changed: changing.length,
    claims: pairs.length,
    objects: {
      changed: count('changed'),
      created: count('created'),
      adopted: count('adopted'),
      replaced: count('replaced'),
      deleted: count('deleted'),
      retained: count('retained'),
    },
    restarts: effects.some(({ kind }) => kind === 'restarts'),
    final: effects.some(({ kind }) => kind === 'final'),
    refused: differences.some((each) => each.refused.length > 0),
    unreadable: pairs.length - differences.length,
  };
}

/** What the difference of one object does besides itself. */
export function effectsOfObject(difference: ObjectDifference): readonly Effect[] {
  if (difference.kind === 'deleted') return difference.loss === undefined ? [] : [difference.loss];
  return difference.kind === 'changed' || difference.kind === 'adopted'
    ? difference.changes.flatMap(({ effects }) => effects)
    : [];
}

/** What becomes of the claim itself. */
export function wholeOf(
  { before, after }: Pair,
  { spec, objects, refused }: Difference,
): 'created' | 'deleted' | 'changed' | 'unchanged' {
  if (before === undefined) return 'created';
  if (after === undefined) return 'deleted';
  return spec.length + objects.length + refused.length === 0 ? 'unchanged' : 'changed';
}

/** The summary as a sentence. */
export function summaryLine({ objects, ...all }: Summary): string {
  if (all.changed === 0 && !all.refused && all.unreadable === 0) return 'Nothing changes.';
  const parts = Object.entries(objects).flatMap(([kind, count]) => (count === 0 ? [] : `${count} ${kind}`));
  return [
    `${all.changed} of ${all.claims} ${all.claims === 1 ? 'claim' : 'claims'} changed`,
    `objects: ${parts.join(', ') || 'none'}`,
    all.restarts ? 'Pods stop or restart' : '',
    all.final ? 'a part of it cannot be undone' : '',
    all.refused ? 'the API server would refuse it' : '',
    all.unreadable === 0 ? '' : `${all.unreadable} cannot be compared`,
  ]
    .filter((each) => each !== '')
    .join('; ');
}
