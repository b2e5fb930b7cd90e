import type { Json, Observed } from '../functions/composition/contract.ts';
import { list, metadataOf, object, text } from '../functions/composition/read.ts';
import { isObject } from '../functions/composition/schema.ts';

/** A Secret that an object cannot do without, and the keys that it reads from it. */
export interface SecretNeed {
  readonly namespace: string;
  readonly name: string;
  readonly keys: readonly string[];
}

/** A need that nothing fills: there is no such Secret, or it lacks these keys. */
export interface MissingSecret extends SecretNeed {
  readonly exists: boolean;
}

/** Every Secret that the objects refer to, in one line each, sorted by name. */
export function secretNeeds(objects: readonly Observed[]): SecretNeed[] {
  const needs = new Map<string, { namespace: string; name: string; keys: Set<string> }>();
  for (const each of objects) {
    const { namespace } = metadataOf(each);
    for (const { name, key } of references(each.spec)) {
      const known = needs.get(`${namespace}/${name}`) ?? { namespace, name, keys: new Set() };
      if (key !== '') known.keys.add(key);
      needs.set(`${namespace}/${name}`, known);
    }
  }
  return [...needs.values()]
    .map(({ namespace, name, keys }) => ({ namespace, name, keys: [...keys].toSorted() }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The needs that none of the Secrets among the objects fills. */
export function missingSecrets(needs: readonly SecretNeed[], objects: readonly Observed[]): MissingSecret[] {
  return needs.flatMap((need): MissingSecret[] => {
    const secret = objects.find((each) => {
      const { name, namespace } = metadataOf(each);
      return each.kind === 'Secret' && name === need.name && namespace === need.namespace;
    });
    if (secret === undefined) return [{ ...need, exists: false }];
    const has = { ...object(secret.data), ...object(secret.stringData) };
    const keys = need.keys.filter((key) => !Object.hasOwn(has, key));
    return keys.length === 0 ? [] : [{ ...need, keys, exists: true }];
  });
}

interface Reference {
  readonly name: string;
  readonly key: string;
}

/**
 * Kubernetes and the operators alike name a Secret by an object under a field called something with "secret", by
 * `secretName`, or in `imagePullSecrets`. What is optional is not needed.
 */
function references(value: Json | undefined): Reference[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([field, each]): Reference[] => {
    if (field === 'secretName' && text(each) !== '' && value.optional !== true)
      return [{ name: text(each), key: '' }];
    if (field === 'imagePullSecrets')
      return list(each).map((one) => ({ name: text(object(one).name), key: '' }));
    const { name, key, optional } = object(each);
    if (/secret/i.test(field) && text(name) !== '')
      return optional === true ? [] : [{ name: text(name), key: text(key) }];
    return references(each);
  });
}
