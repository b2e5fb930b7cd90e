import type { Exclusive, JsonObject } from '../functions/composition/contract.ts';
import { metadataOf, object } from '../functions/composition/read.ts';
import { conform } from '../functions/composition/schema.ts';
import { stored } from './claim-problems.ts';
import type { Offer, Platform } from './platform.ts';
import { kindOf } from './platform.ts';
import { ownerOf } from './reconcile/composite-resource.ts';

/** What no other claim may have beside this one, which has no problems: what its kind says, itself, and the claims it makes. */
export function exclusiveOf(
  platform: Platform,
  { definition }: Offer,
  given: JsonObject,
): readonly Exclusive[] {
  const kind = kindOf(platform, definition);
  if (kind === undefined) return [];
  const { value } = conform(kind.schema, object(stored(definition, given).spec), 'spec');
  const { name, namespace } = metadataOf(given);
  const claim = { name, namespace, uid: ownerOf(given).uid, spec: value };
  return [
    { what: `name ${namespace}/${name} at ${definition.kind}`, path: 'metadata.name' },
    ...(kind.exclusive?.(claim) ?? []),
  ];
}
