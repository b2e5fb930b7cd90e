import type { JsonObject } from '../../../../functions/composition/contract.ts';
import type { Found } from '../../call.ts';
import { call, plain } from '../../call.ts';

/** A claim of this spec. */
export const claim = (spec: JsonObject): JsonObject => ({
  apiVersion: 'platform.bizmatters.io/v1alpha1',
  kind: 'WebApplication',
  metadata: { name: 'shop', namespace: 'shop', uid: 'u-1' },
  spec: { image: 'registry.example/shop:v2', ...spec },
});

/** What an application becomes in one call: its objects, conditions and results. */
export function composed(spec: JsonObject, found: Found = {}) {
  const { resources, conditions, results } = plain(call(claim(spec), found));
  const object = (key: string) =>
    resources.find((each) => each.key === key)?.object as unknown as JsonObject | undefined;
  const condition = (type: string) => conditions.find((each) => each.type === type);
  return { object, condition, results, resources };
}
