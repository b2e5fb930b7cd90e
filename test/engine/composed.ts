import { kindNames } from '../claims/offers.ts';
import { composedOf as composedOfAny, kindsOf } from '../claims/settled.ts';
import { ApiError } from './api.ts';
import type { Api, Live } from './api.ts';

/** Every kind that claims are composed of, as `[apiVersion, Kind]`. */
export const composedKinds = kindsOf(kindNames.flatMap(composedOfAny));

/** All objects of those kinds, in one namespace or in all, that some claim controls; none of a kind that is not served. */
export async function allComposed(api: Api, namespace?: string): Promise<Live[]> {
  const listed = composedKinds.map(([version, kind]) =>
    api.list(version, kind, namespace).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return [];
      throw error;
    }),
  );
  const lists = await Promise.all(listed);
  return lists.flat().filter((object) => isLabelled(object) && !isOutermost(object));
}

function isLabelled({ metadata }: Live): boolean {
  return metadata.labels?.['crossplane.io/composite'] !== undefined;
}

/** A claim that no other claim makes; it bears the label of its own. */
export function isOutermost({ kind, metadata }: Live): boolean {
  return kindNames.includes(kind) && !metadata.ownerReferences?.some(({ controller }) => controller);
}

/** The objects that this claim controls, by the key each has among its composed resources. */
export async function composedOf(api: Api, claim: Live): Promise<Map<string, Live>> {
  const all = await allComposed(api, claim.metadata.namespace);
  const ours = all.filter(({ metadata }) =>
    metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === claim.metadata.uid),
  );
  return new Map(ours.map((object) => [keyOf(object), object]));
}

function keyOf({ metadata }: Live): string {
  return metadata.annotations?.['crossplane.io/composition-resource-name'] ?? '';
}

/** The values of a Secret as text. */
export function valuesOf(secret: Live | undefined): Record<string, string> {
  const data = (secret?.['data'] ?? {}) as Record<string, string>;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  );
}

/** What tells an object from another and from its own past. */
export function identity({ metadata }: Live): { uid: string; resourceVersion: string } {
  return { uid: metadata.uid, resourceVersion: metadata.resourceVersion };
}
