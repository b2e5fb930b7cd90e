import type { JsonObject, Observed } from '../../functions/composition/contract.ts';
import { metadataOf, object } from '../../functions/composition/read.ts';
import { claimProblems, stored } from '../claim-problems.ts';
import type { Offer, Platform } from '../platform.ts';
import { controllerOf, keyOf } from '../reconcile/composed-resource.ts';
import { isPaused } from '../reconcile/written-composite.ts';
import { placeholderWorld } from '../reconcile/world.ts';
import type { Surroundings } from '../render-claim.ts';
import { renderClaim } from '../render-claim.ts';
import { appliedChanges } from './applied-changes.ts';
import type { Catalogs } from './catalog-changes.ts';
import { catalogChanges, noCatalogs } from './catalog-changes.ts';
import type { Comparison, ObjectDifference } from './compare-claims.ts';
import { fieldChanges } from './field-changes.ts';
import { compareObject, withEffects, withReplacements } from './compare-claims.ts';

/**
 * What this version of the function would change at what a cluster has of a claim: what an upgrade comes to, or, where the claim
 * takes the place of the one that the cluster has, what that change comes to. The observed objects are those that the claim
 * composed, as `kubectl get -o yaml --show-managed-fields` prints them.
 */
export function compareWithCluster(
  platform: Platform,
  offer: Offer,
  claim: JsonObject,
  surroundings: Omit<Surroundings, 'world' | 'stored' | 'replaces'>,
  { replaced, catalogs = noCatalogs }: { replaced?: JsonObject; catalogs?: Catalogs } = {},
): Comparison {
  const { observed } = surroundings;
  if (replaced === undefined && isPaused(claim)) return leftAlone(observed);
  const now = renderClaim(platform, offer, asOwner(claim, observed), {
    ...surroundings,
    ...(replaced === undefined ? { stored: true } : { replaces: replaced }),
    world: placeholderWorld(),
  });
  if (now.kind === 'refused') return { kind: 'unreadable', which: 'new', problems: now.problems };
  const standing = new Map(observed.map((each) => [keyOf(each), each]));
  const wanted = new Map(now.outcome.composed.map(({ key, object: composed }) => [key, composed]));
  const objects = [...new Set([...standing.keys(), ...wanted.keys()])]
    .toSorted()
    .flatMap((key) => compareApplied(key, standing.get(key), wanted.get(key), catalogs));
  return {
    kind: 'compared',
    difference: {
      spec:
        replaced === undefined ? [] : fieldChanges(ownSpec(offer, replaced), ownSpec(offer, claim), 'spec'),
      objects: withReplacements(objects),
      unchanged: [...wanted.keys()].filter((key) => !objects.some((each) => each.key === key)).length,
      refused: replaced === undefined ? [] : claimProblems(offer.definition, claim, replaced),
    },
  };
}

/** Crossplane does nothing for a claim that is paused, until somebody goes on with it. */
function leftAlone(observed: readonly Observed[]): Comparison {
  return { kind: 'compared', difference: { spec: [], objects: [], unchanged: observed.length, refused: [] } };
}

/** What its author wrote, with defaults, and without what Crossplane keeps there. */
function ownSpec({ definition }: Offer, claim: JsonObject): JsonObject {
  const { crossplane: _, ...spec } = object(stored(definition, claim).spec);
  return spec;
}

/** A claim in a file has no uid; that of the objects' controller is its own. */
function asOwner(claim: JsonObject, observed: readonly Observed[]): JsonObject {
  const uid = observed.map((each) => controllerOf(each)?.uid).find((each) => each !== undefined);
  return uid === undefined ? claim : { ...claim, metadata: { ...object(claim.metadata), uid } };
}

function compareApplied(
  key: string,
  standing: Observed | undefined,
  wanted: Observed | undefined,
  catalogs: Catalogs,
): ObjectDifference[] {
  const both = standing !== undefined && wanted !== undefined;
  if (!both || standing.kind !== wanted.kind || metadataOf(standing).name !== metadataOf(wanted).name)
    return compareObject(key, standing, wanted, catalogs);
  const changes = [
    ...withEffects(wanted, appliedChanges(standing, wanted)),
    ...catalogChanges(standing, wanted, catalogs),
  ];
  return changes.length === 0 ? [] : [{ kind: 'changed', key, object: wanted, changes }];
}
