import type { Context, ServedKind } from '../composition/contract.ts';

/** Whether one composed resource can be made here, and what has to be asked to know it. */
export interface OptionalKind {
  /** Whether the cluster is known to lack the kind. */
  readonly missing: boolean;
  /** Whether it is known to have it: only then may an object of it be required, for Crossplane waits for a kind that is missing. */
  readonly served: boolean;
  /** To be returned as `schemas`. */
  readonly asks: Readonly<Record<string, ServedKind>>;
}

/**
 * Looks whether the kind of the composed resource of this key is served. Applying an object of a kind that is not served ends
 * every reconcile of its claim, whatever else has changed; so such an object is left out until its operator is there.
 *
 * Nothing is asked about what was made already: it is served, and for each answer Crossplane reads the kind's whole API group.
 */
export function optionalKind(context: Context, key: string, kind: ServedKind): OptionalKind {
  if (context.observed(key) !== undefined) return { missing: false, served: true, asks: {} };
  const served = context.served(key);
  return { missing: served === false, served: served === true, asks: { [key]: kind } };
}

/** Says that the kind is missing, and whose it is: `PodMonitor (monitoring.coreos.com/v1) is not served by this cluster: …`. */
export function notServed({ apiVersion, kind }: ServedKind, operator: string): string {
  return `${kind} (${apiVersion}) is not served by this cluster: install ${operator}`;
}

/** The reason of conditions about a kind that is missing. */
export const kindNotServed = 'KindNotServed';
