import type { JsonObject } from '../../functions/composition/contract.ts';
import { metadataOf, object, text } from '../../functions/composition/read.ts';
import type { LoadedClaim } from './claims.ts';

/** What `kubectl create` cuts the beginning of a name to, before the API server draws the last five characters. */
const longestBeginning = 58;

/** Claims with a name each where the API server would draw one: `xxxxx` at the first of a beginning, `xxxx2` at the second. */
export function withDrawnNames(claims: readonly LoadedClaim[]): LoadedClaim[] {
  const drawn = new Map<string, number>();
  return claims.map((loaded) => {
    const { kind, metadata } = loaded.claim;
    const beginning = text(object(metadata).generateName);
    const { name, namespace } = metadataOf(loaded.claim);
    if (name !== '' || beginning === '') return loaded;
    const key = `${text(kind)} ${namespace} ${beginning}`;
    const number = (drawn.get(key) ?? 0) + 1;
    drawn.set(key, number);
    const ending = number === 1 ? 'xxxxx' : String(number).padStart(5, 'x');
    return { ...loaded, claim: named(loaded.claim, beginning.slice(0, longestBeginning) + ending) };
  });
}

function named(claim: JsonObject, name: string): JsonObject {
  return { ...claim, metadata: { ...object(claim.metadata), name } };
}
