import type { Kind } from '../functions/composition/contract.ts';

/** A kind that composes nothing. */
export const emptyKind: Kind = {
  apiVersion: 'bench.bizmatters.io/v1alpha1',
  kind: 'Empty',
  schema: { type: 'object' },
  compose: () => ({
    kind: 'composed',
    output: { resources: [], status: {}, conditions: [], requirements: {}, ttl: 0 },
  }),
};
