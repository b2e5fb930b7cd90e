import type { JsonObject, Observed, ResourceSelector } from '../../functions/composition/contract.ts';
import type { Rendered } from './composed-resource.ts';

/** A Kubernetes event on the claim. */
export interface Event {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** Something that the function asked for by name. */
export interface Requested {
  readonly selector: ResourceSelector;
  readonly found: boolean;
}

/** A reconcile that went through, or the sentence with which the function ended it. */
export type Outcome =
  | {
      readonly kind: 'reconciled';
      /** The claim as far as the reconcile wrote it: references and status. */
      readonly composite: JsonObject;
      /** By key. */
      readonly composed: readonly Rendered[];
      /** What was observed and is no longer wanted. */
      readonly deleted: readonly Observed[];
      readonly events: readonly Event[];
      readonly lookups: readonly Requested[];
    }
  | { readonly kind: 'fatal'; readonly message: string; readonly lookups: readonly Requested[] };

/** A reconcile that went through. */
export type Reconciled = Extract<Outcome, { kind: 'reconciled' }>;
