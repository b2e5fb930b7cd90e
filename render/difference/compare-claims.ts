import type {
  JsonObject,
  Observed,
  Problem,
  ResourceSelector,
} from '../../functions/composition/contract.ts';
import { metadataOf, object, text } from '../../functions/composition/read.ts';
import { appliedChanges } from './applied-changes.ts';
import type { Catalogs } from './catalog-changes.ts';
import { catalogChanges, noCatalogs } from './catalog-changes.ts';
import type { FieldChange } from './field-changes.ts';
import { fieldChanges } from './field-changes.ts';
import type { Rendered } from '../reconcile/composed-resource.ts';
import { controllerOf, keyOf } from '../reconcile/composed-resource.ts';
import { lookup } from '../reconcile/observed.ts';
import type { Effect } from './effect.ts';
import { effectsOf, lossOf } from './effects.ts';
import type { Offer, Platform } from '../platform.ts';
import type { Reconciled } from '../reconcile/outcome.ts';
import type { Surroundings } from '../render-claim.ts';
import { renderClaim } from '../render-claim.ts';
import { claimProblems } from '../claim-problems.ts';
import { placeholderWorld } from '../reconcile/world.ts';

/** What becomes of one composed resource. */
export type ObjectDifference =
  | { readonly kind: 'created'; readonly key: string; readonly object: Observed }
  /** The claim goes, and this stays. */
  | { readonly kind: 'retained'; readonly key: string; readonly object: Observed }
  | {
      readonly kind: 'deleted';
      readonly key: string;
      readonly object: Observed;
      readonly loss: Effect | undefined;
    }
  | { readonly kind: 'replaced'; readonly key: string; readonly object: Observed; readonly by: Observed }
  | {
      /** It changes; or it is there already, and the claim takes it over. */
      readonly kind: 'changed' | 'adopted';
      readonly key: string;
      readonly object: Observed;
      readonly changes: readonly EffectiveChange[];
    };

/** A change of a field with what follows from it. */
export interface EffectiveChange {
  readonly change: FieldChange;
  readonly effects: readonly Effect[];
}

/** What a change of a claim comes to. */
export interface Difference {
  /** Fields of `spec`, defaults included. */
  readonly spec: readonly FieldChange[];
  readonly objects: readonly ObjectDifference[];
  readonly unchanged: number;
  /** Why the API server would refuse the change. */
  readonly refused: readonly Problem[];
}

/** Either the difference, or what is wrong with one of the two claims. */
export type Comparison =
  | { readonly kind: 'compared'; readonly difference: Difference }
  | { readonly kind: 'unreadable'; readonly which: 'old' | 'new'; readonly problems: readonly Problem[] };

/** Not the placeholder of the first rendering, so that a password that is drawn anew shows. */
const otherPassword = 'placeholder-the-cluster-draws-another-password-here';

/**
 * What changes when a claim takes the place of another: the old one is rendered as it stands, and the new one on
 * top of what the old one made, as Crossplane would find it.
 */
export function compareClaims(
  platform: Platform,
  offer: Offer,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  surroundings: Omit<Surroundings, 'world'>,
  catalogs: Catalogs = noCatalogs,
): Comparison {
  const old =
    before === undefined
      ? undefined
      : renderClaim(platform, offer, before, {
          ...surroundings,
          stored: true,
          world: placeholderWorld(),
        });
  if (old?.kind === 'refused') return { kind: 'unreadable', which: 'old', problems: old.problems };
  const made = old?.outcome.composed ?? [];
  const now =
    after === undefined
      ? undefined
      : renderClaim(platform, offer, after, {
          required: surroundings.required,
          serves: surroundings.serves,
          observed: asObserved(made, surroundings.observed),
          replaces: before,
          world: placeholderWorld(before === undefined ? undefined : otherPassword),
        });
  if (now?.kind === 'refused') return { kind: 'unreadable', which: 'new', problems: now.problems };
  const refused =
    before === undefined || after === undefined ? [] : claimProblems(offer.definition, after, before);
  return {
    kind: 'compared',
    difference: {
      spec: fieldChanges(specOf(old?.claim), specOf(now?.claim), 'spec'),
      ...(after === undefined && specOf(old?.claim)?.deletionPolicy === 'Retain'
        ? { objects: made.map(staying), unchanged: 0 }
        : adopting(surroundings.required, compareObjects(made, now?.outcome, catalogs))),
      refused,
    },
  };
}

function staying({ key, object: composed }: Rendered): ObjectDifference {
  return { kind: 'retained', key, object: composed };
}

function specOf(claim: JsonObject | undefined): JsonObject | undefined {
  return claim === undefined ? undefined : object(claim.spec);
}

/** What the old claim made, with the status that a cluster gave it where one is known. */
function asObserved(made: readonly Rendered[], observed: readonly Observed[]): Observed[] {
  return made.map(({ key, object: composed }) => {
    const status = observed.find((each) => keyOf(each) === key)?.status;
    return status === undefined ? composed : { ...composed, status };
  });
}

function compareObjects(
  made: readonly Rendered[],
  now: Reconciled | undefined,
  catalogs: Catalogs,
): Pick<Difference, 'objects' | 'unchanged'> {
  const before = new Map(made.map(({ key, object: composed }) => [key, composed]));
  const after = new Map((now?.composed ?? []).map(({ key, object: composed }) => [key, composed]));
  const objects = [...new Set([...before.keys(), ...after.keys()])]
    .toSorted()
    .flatMap((key) => compareObject(key, before.get(key), after.get(key), catalogs));
  return {
    objects: withReplacements(objects),
    unchanged: [...after.keys()].filter((key) => !objects.some((each) => each.key === key)).length,
  };
}

export function compareObject(
  key: string,
  before: Observed | undefined,
  after: Observed | undefined,
  catalogs: Catalogs,
): ObjectDifference[] {
  if (before === undefined) return after === undefined ? [] : [{ kind: 'created', key, object: after }];
  if (after === undefined) return [{ kind: 'deleted', key, object: before, loss: lossOf(before) }];
  if (before.kind !== after.kind || metadataOf(before).name !== metadataOf(after).name)
    return [{ kind: 'replaced', key, object: before, by: after }];
  const { status: _, ...seen } = before;
  const changes = [
    ...withEffects(after, fieldChanges(seen, after)),
    ...catalogChanges(before, after, catalogs),
  ];
  return changes.length === 0 ? [] : [{ kind: 'changed', key, object: after, changes }];
}

export function withEffects(of: Observed, changes: readonly FieldChange[]): EffectiveChange[] {
  return changes.map((change) => ({ change, effects: effectsOf(of, change) }));
}

/** What would be created where it stands already, without an owner, is taken over. */
function adopting(
  required: readonly Observed[],
  { objects, unchanged }: Pick<Difference, 'objects' | 'unchanged'>,
): Pick<Difference, 'objects' | 'unchanged'> {
  const find = lookup(required.filter((each) => controllerOf(each) === undefined));
  return {
    unchanged,
    objects: objects.map((each) => {
      const standing = each.kind === 'created' ? find(identityOf(each.object)) : null;
      if (standing === null) return each;
      const { key, object: composed } = each;
      const changes = withEffects(composed, appliedChanges(standing, composed));
      return { kind: 'adopted', key, object: composed, changes };
    }),
  };
}

function identityOf(of: Observed): ResourceSelector {
  return { apiVersion: text(of.apiVersion), kind: text(of.kind), ...metadataOf(of) };
}

/** A key that ends in a hash is the same resource with another content: one goes, the other comes. */
export function withReplacements(objects: readonly ObjectDifference[]): ObjectDifference[] {
  const stem = (key: string) => key.replace(/-[0-9a-f]{8}$/, '');
  const successor = ({ key, object: { kind } }: ObjectDifference) =>
    objects.find(
      (each) =>
        each.kind === 'created' &&
        each.key !== key &&
        stem(each.key) === stem(key) &&
        text(each.object.kind) === text(kind),
    );
  const replaced = objects.flatMap((each) => {
    const next = each.kind === 'deleted' ? successor(each) : undefined;
    return next === undefined ? [] : [{ old: each, next }];
  });
  return objects.flatMap((each): ObjectDifference[] => {
    if (replaced.some(({ next }) => next === each)) return [];
    const found = replaced.find(({ old }) => old === each);
    if (found === undefined) return [each];
    return [{ kind: 'replaced', key: found.next.key, object: each.object, by: found.next.object }];
  });
}
