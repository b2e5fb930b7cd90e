import { createHash } from 'node:crypto';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { metadataOf, text } from '../../functions/composition/read.ts';

/** The name by which core owns the fields that it applies, so that it takes these objects for its own work. */
export function fieldManager(claim: JsonObject): string {
  const group = text(claim.apiVersion).split('/')[0];
  const hash = createHash('sha256').update(`${metadataOf(claim).name}${text(claim.kind)}.${group}`);
  return `apiextensions.crossplane.io/composed/${hash.digest('hex')}`;
}
