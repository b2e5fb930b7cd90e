import type { Observed, ServedKind } from '../../functions/composition/contract.ts';
import { metadataOf } from '../../functions/composition/read.ts';
import { ReconcileError } from '../../render/reconcile/error.ts';
import { placeholderWorld } from '../../render/reconcile/world.ts';
import type { Platform } from '../../render/platform.ts';
import { renderClaim } from '../../render/render-claim.ts';
import { secretNeeds } from '../../render/secret-references.ts';
import { titleOf } from '../input/claims.ts';
import type { FoundClaim } from './claims.ts';

/** What claims ask of a cluster that somebody else has to bring. */
export interface Asked {
  /** Kinds of operators, each with the titles of the claims. */
  readonly kinds: readonly { readonly kind: ServedKind; readonly titles: readonly string[] }[];
  /** Secrets that their Pods read, as namespace/name. */
  readonly secrets: ReadonlySet<string>;
}

/** Renders every claim as if it were new, in a cluster that has everything, and keeps what it asks for. */
export function askedBy(
  platform: Platform,
  claims: readonly FoundClaim[],
  settings: readonly Observed[],
): Asked {
  const kinds = new Map<string, { kind: ServedKind; titles: Set<string> }>();
  const secrets = new Set<string>();
  for (const { offer, claim } of claims) {
    const serves = (kind: ServedKind) => {
      const key = `${kind.apiVersion} ${kind.kind}`;
      const known = kinds.get(key) ?? { kind, titles: new Set() };
      kinds.set(key, { kind, titles: known.titles.add(titleOf(claim)) });
      return true;
    };
    for (const { namespace, name } of secretsOf(platform, { offer, claim }, settings, serves))
      if (namespace === metadataOf(claim).namespace) secrets.add(`${namespace}/${name}`);
  }
  return { kinds: [...kinds.values()].map(({ kind, titles }) => ({ kind, titles: [...titles] })), secrets };
}

/** None of a claim that cannot be rendered: its own row says why. */
function secretsOf(
  platform: Platform,
  { offer, claim }: FoundClaim,
  required: readonly Observed[],
  serves: (kind: ServedKind) => boolean,
) {
  try {
    const surroundings = { observed: [], required, serves, stored: true, world: placeholderWorld() };
    const rendering = renderClaim(platform, offer, claim, surroundings);
    if (rendering.kind === 'refused') return [];
    return secretNeeds(rendering.outcome.composed.map(({ object }) => object));
  } catch (error) {
    if (error instanceof ReconcileError) return [];
    throw error;
  }
}
