import type { JsonObject, Observed, Problem, ServedKind, World } from '../functions/composition/contract.ts';
import { claimProblems, functionProblems, stored } from './claim-problems.ts';
import { nestedProblems } from './nested-problems.ts';
import type { Offer, Platform } from './platform.ts';
import { kindOf } from './platform.ts';
import type { Reconciled, Requested } from './reconcile/outcome.ts';
import type { Inputs } from './reconcile/reconcile.ts';
import { reconcile } from './reconcile/reconcile.ts';
import { placeholderWorld } from './reconcile/world.ts';

/** What is there besides the claim. */
export interface Surroundings {
  readonly observed: readonly Observed[];
  readonly required: readonly Observed[];
  /** Whether the cluster serves a kind; every kind unless told otherwise. */
  readonly serves?: ((kind: ServedKind) => boolean) | undefined;
  /** Whether a cluster has the claim as it is, so that nothing of it is refused any more. */
  readonly stored?: boolean;
  /** The claim whose place it takes: what that one has as well is not refused. */
  readonly replaces?: JsonObject | undefined;
  readonly world: World;
}

/** What becomes of a claim, or why nothing does. */
export type Rendering =
  | { readonly kind: 'rendered'; readonly claim: JsonObject; readonly outcome: Reconciled }
  | {
      readonly kind: 'refused';
      readonly problems: readonly Problem[];
      /** What the function asked for, where it was asked. */
      readonly lookups?: readonly Requested[];
    };

/**
 * A claim from the author's hand to the objects it becomes: judged and stored as the API server would, then
 * reconciled once as Crossplane would.
 */
export function renderClaim(
  platform: Platform,
  offer: Offer,
  given: JsonObject,
  { observed, required, serves, stored: isStored, replaces, world }: Surroundings,
): Rendering {
  const problems = isStored === true ? [] : newProblems(platform, offer, given, replaces);
  if (problems.length > 0) return { kind: 'refused', problems };
  const claim = stored(offer.definition, given);
  const inputs: Inputs = {
    kinds: platform.kinds,
    composition: offer.composition,
    observed,
    required,
    serves,
    stored: isStored,
    world,
  };
  const outcome = reconcile(claim, inputs);
  if (outcome.kind === 'fatal') {
    const named = isStored === true ? allProblems(platform, offer, given) : [];
    return {
      kind: 'refused',
      problems: named.length > 0 ? named : [{ path: '', message: outcome.message }],
      lookups: outcome.lookups,
    };
  }
  return { kind: 'rendered', claim, outcome };
}

/** What the API server would refuse, or else what the function would, for every surrounding; likewise of the claims it makes. */
export function allProblems(
  platform: Platform,
  offer: Offer,
  given: JsonObject,
  old?: JsonObject,
): readonly Problem[] {
  const { definition } = offer;
  const problems = claimProblems(definition, given, old);
  const kind = kindOf(platform, definition);
  if (problems.length > 0 || kind === undefined) return problems;
  const world = placeholderWorld();
  const surroundings = { observed: [], required: [], stored: true, world };
  const before = old && renderClaim(platform, offer, old, surroundings);
  const made = before?.kind === 'rendered' ? before.outcome.composed : [];
  const observed = (key: string) => made.find((each) => each.key === key)?.object;
  const refused = functionProblems(kind, definition, given, { world, observed });
  return refused.length > 0 ? refused : nestedProblems(platform, offer, given, old, world);
}

/** The problems of a claim that its predecessor did not have, and none of the change from one to the other. */
function newProblems(
  platform: Platform,
  offer: Offer,
  given: JsonObject,
  old: JsonObject | undefined,
): readonly Problem[] {
  const problems = allProblems(platform, offer, given);
  if (old === undefined || problems.length === 0) return problems;
  const left = allProblems(platform, offer, given, old);
  return problems.filter(({ path, message }) =>
    left.some((each) => each.path === path && each.message === message),
  );
}
