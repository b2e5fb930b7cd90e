import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { kinds } from '../../functions/kinds/registry.ts';
import type { Difference } from '../../render/difference/compare-claims.ts';
import { compareClaims } from '../../render/difference/compare-claims.ts';
import { loadPlatform, offerOf } from '../../render/platform.ts';
import { root } from '../golden/cases.ts';

export const platform = await loadPlatform(root, kinds);

export function claim(kind: string, spec: Json, name = 'orders'): JsonObject {
  const group = kind === 'AgentExecutor' ? 'platform' : 'database';
  return {
    apiVersion: `${group}.bizmatters.io/v1alpha1`,
    kind,
    metadata: { name, namespace: 'shop' },
    spec,
  };
}

export function difference(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  required: readonly JsonObject[] = [],
): Difference {
  const offer = offerOf(platform, after ?? before ?? {});
  if (offer === undefined) throw new Error('no such kind');
  const comparison = compareClaims(platform, offer, before, after, { observed: [], required });
  if (comparison.kind === 'unreadable') throw new Error(JSON.stringify(comparison.problems));
  return comparison.difference;
}

/** Each object with what becomes of it, and each effect, as `kind: text`. */
export function summary({ objects }: Difference) {
  return objects.map((each) => ({
    what: `${each.kind} ${each.key}`,
    effects:
      each.kind === 'changed' || each.kind === 'adopted'
        ? [
            ...new Set(
              each.changes.flatMap(({ effects }) => effects.map(({ kind, text }) => `${kind}: ${text}`)),
            ),
          ]
        : each.kind === 'deleted' && each.loss !== undefined
          ? [`${each.loss.kind}: ${each.loss.text}`]
          : [],
  }));
}
