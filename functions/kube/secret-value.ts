import type { Lookup } from '../composition/contract.ts';
import { at, text } from '../composition/read.ts';

/** What a key of a Secret holds, decoded; empty when there is no such Secret or key. */
export function secretValue(secret: Lookup, key: string): string {
  return Buffer.from(text(at(secret ?? {}, 'data', key)), 'base64').toString('utf8');
}
