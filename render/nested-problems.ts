import type { Composed, JsonObject, Problem, World } from '../functions/composition/contract.ts';
import { composeClaim } from '../functions/composition/failure.ts';
import { metadataOf, object } from '../functions/composition/read.ts';
import { conform } from '../functions/composition/schema.ts';
import { claimProblems, functionProblems, stored } from './claim-problems.ts';
import type { Definition } from './schema/definition.ts';
import { kindOf, offerOf } from './platform.ts';
import type { Offer, Platform } from './platform.ts';
import { ownerOf } from './reconcile/composite-resource.ts';

/**
 * What would be said of the claims that this one makes, at the fields that their specs stand in: the key of such a composed
 * resource is the name of its field. The claim must have no problems of its own.
 */
export function nestedProblems(
  platform: Platform,
  { definition }: Offer,
  given: JsonObject,
  old: JsonObject | undefined,
  world: World,
): readonly Problem[] {
  const before = old === undefined ? [] : composedBy(platform, definition, old, world);
  return composedBy(platform, definition, given, world).flatMap(({ key, object: manifest }) => {
    const claim = manifest as unknown as JsonObject;
    const offer = offerOf(platform, claim);
    const kind = offer && kindOf(platform, offer.definition);
    if (offer === undefined || kind === undefined) return [];
    const replaced = before.find((each) => each.key === key)?.object as unknown as JsonObject | undefined;
    const problems = claimProblems(offer.definition, claim, replaced);
    const found =
      problems.length > 0
        ? problems
        : functionProblems(kind, offer.definition, claim, { world, observed: () => undefined });
    return found.map(({ path, message }) => ({ path: path.replace(/^spec\b|^$/, `spec.${key}`), message }));
  });
}

/** What the claim becomes where nothing is there yet. */
function composedBy(
  platform: Platform,
  definition: Definition,
  claim: JsonObject,
  world: World,
): readonly Composed[] {
  const kind = kindOf(platform, definition);
  if (kind === undefined) return [];
  const { value } = conform(kind.schema, object(stored(definition, claim).spec), 'spec');
  const { name, namespace } = metadataOf(claim);
  const composition = composeClaim(
    kind,
    { name, namespace, uid: ownerOf(claim).uid, spec: value },
    {
      ...world,
      observed: () => undefined,
      required: () => null,
      served: () => true,
      refused: () => undefined,
    },
  );
  return composition.kind === 'composed' ? composition.output.resources : [];
}
