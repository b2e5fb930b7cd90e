import { fileURLToPath } from 'node:url';
import type { JsonObject, Kind } from '../../functions/composition/contract.ts';
import { text } from '../../functions/composition/read.ts';
import { kinds } from '../../functions/kinds/registry.ts';
import type { Offer } from '../../render/platform.ts';
import { loadPlatform, offerOf } from '../../render/platform.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Every kind that this repository offers, as its XRD and Composition say. */
export const platform = await loadPlatform(root, kinds);

/** Names of the kinds, for tests that go through all of them. */
export const kindNames: readonly string[] = kinds.map(({ kind }) => kind);

/** The kind of this name, as the function has it. Throws when there is none. */
export function kindNamed(kind: string): Kind {
  const found = kinds.find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`there is no ${kind} in functions/kinds/registry.ts`);
  return found;
}

/** The XRD and Composition of the kind of this name. Throws when there is none. */
export function offerNamed(kind: string): Offer {
  const found = platform.offers.find(({ definition }) => definition.kind === kind);
  if (found === undefined) throw new Error(`there is no XRD for ${kind} in xrds/`);
  return found;
}

/** The XRD and Composition that this claim is rendered by. Throws when there are none. */
export function offerFor(claim: JsonObject): Offer {
  const found = offerOf(platform, claim);
  if (found === undefined) throw new Error(`there is no XRD for ${text(claim.kind)} in xrds/`);
  return found;
}
