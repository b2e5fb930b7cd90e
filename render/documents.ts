import type { Json, JsonObject } from '../functions/composition/contract.ts';
import { isObject } from '../functions/composition/schema.ts';
import type { Event, Reconciled } from './reconcile/outcome.ts';
import { toYaml } from './yaml/write.ts';

/** What is printed besides what the claim composes; the names are those of the Crossplane CLI's flags. */
export interface OutputOptions {
  /** The claim with everything it brought, not only what the reconcile wrote. */
  readonly includeFullXr: boolean;
  readonly includeFunctionResults: boolean;
}

/**
 * The documents that `crossplane composition render` prints, in its order: the claim, what it composes by key,
 * results.
 * https://github.com/crossplane/cli/blob/v2.5.0/cmd/crossplane/render/xr/cmd.go
 */
export function documentsOf(
  claim: JsonObject,
  outcome: Reconciled,
  { includeFullXr, includeFunctionResults }: OutputOptions,
): JsonObject[] {
  return [
    includeFullXr ? merged(claim, outcome.composite) : outcome.composite,
    ...outcome.composed.map(({ object }) => object),
    ...(includeFunctionResults ? outcome.events.map(result) : []),
  ];
}

export function printed(documents: readonly JsonObject[]): string {
  return documents.map((document) => `---\n${toYaml(document)}`).join('');
}

function result({ type, reason, message }: Event): JsonObject {
  return {
    apiVersion: 'render.crossplane.io/v1beta1',
    kind: 'Result',
    severity: type,
    reason,
    message,
  };
}

/** Objects are merged, everything else is replaced. */
function merged(base: JsonObject, over: JsonObject): JsonObject {
  const entries = Object.entries(over).map(([key, value]): [string, Json] => {
    const below = Object.hasOwn(base, key) ? base[key] : undefined;
    return [key, isObject(below) && isObject(value) ? merged(below, value) : value];
  });
  return { ...base, ...Object.fromEntries(entries) };
}
