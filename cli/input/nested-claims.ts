import { offerOf } from '../../render/platform.ts';
import type { Platform } from '../../render/platform.ts';
import type { Reconciled } from '../../render/reconcile/outcome.ts';
import { placeholderWorld } from '../../render/reconcile/world.ts';
import { renderClaim } from '../../render/render-claim.ts';
import type { LoadedClaim } from './claims.ts';

/** The claims among what became of a claim, each as if it stood in that one's place. */
export function claimsWithin(
  platform: Platform,
  loaded: LoadedClaim,
  { composed }: Pick<Reconciled, 'composed'>,
): LoadedClaim[] {
  return composed.flatMap(({ object }) => {
    const offer = offerOf(platform, object);
    return offer === undefined ? [] : [{ ...loaded, offer, claim: object }];
  });
}

/** The claims that a claim makes; undefined when it would be refused, so that nobody can tell. */
export function nestedClaims(platform: Platform, loaded: LoadedClaim): LoadedClaim[] | undefined {
  const surroundings = { observed: [], required: [], stored: true, world: placeholderWorld() };
  const rendering = renderClaim(platform, loaded.offer, loaded.claim, surroundings);
  return rendering.kind === 'refused' ? undefined : claimsWithin(platform, loaded, rendering.outcome);
}
