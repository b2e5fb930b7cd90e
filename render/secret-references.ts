import type { Json, Observed } from '../functions/composition/contract.ts';
import { metadataOf, object, text } from '../functions/composition/read.ts';
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
 * Kubernetes and the operators alike name a Secret by an object, or a list of them, under a field called something with "secret", by
 * `secretName`, or, as an ObjectStore does its logins, by nothing but the name and the key. What is optional is not needed, and
 * what a controller writes its results to is no need at all.
 */
function references(value: Json | undefined, field = ''): Reference[] {
  if (Array.isArray(value)) return value.flatMap((each) => references(each, field));
  if (!isObject(value) || field.startsWith('write')) return [];
  const [name, key] = [text(value.name), text(value.key)];
  const isReference = /secret/i.test(field) || (key !== '' && !/configMap/i.test(field));
  if (isReference && name !== '') return value.optional === true ? [] : [{ name, key }];
  return Object.entries(value).flatMap(([inner, each]): Reference[] =>
    inner === 'secretName' && text(each) !== '' && value.optional !== true
      ? [{ name: text(each), key: '' }]
      : references(each, inner),
  );
}
