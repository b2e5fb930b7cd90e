import type { Observed, ResourceSelector } from '../../functions/composition/contract.ts';
import { metadataOf, object, text } from '../../functions/composition/read.ts';
import type { Owner } from './composed-resource.ts';
import { controllerOf, keyOf, resourceNameAnnotation } from './composed-resource.ts';
import { ReconcileError } from './error.ts';

/** The objects that exist, as the API server has them, found by their exact identity. A later one replaces an earlier one. */
export function lookup(objects: readonly Observed[]): (selector: ResourceSelector) => Observed | null {
  const found = new Map(
    objects.map((each) => {
      const { name, namespace } = metadataOf(each);
      return [identity(text(each.apiVersion), text(each.kind), namespace, name), asStored(each)];
    }),
  );
  return ({ apiVersion, kind, namespace, name }) =>
    found.get(identity(apiVersion, kind, namespace, name)) ?? null;
}

/** The API server keeps what a person writes as text in the data of a Secret. */
function asStored(given: Observed): Observed {
  const { stringData, ...secret } = given;
  if (given.kind !== 'Secret' || stringData === undefined) return given;
  const written = Object.fromEntries(
    Object.entries(object(stringData)).map(([key, value]): [string, string] => [
      key,
      Buffer.from(text(value), 'utf8').toString('base64'),
    ]),
  );
  return { ...secret, data: { ...object(secret.data), ...written } };
}

function identity(...parts: readonly string[]): string {
  return parts.join('\0');
}

/** The composed resources of the claim among what was observed, by key. Throws where Crossplane would. */
export function observedByKey(objects: readonly Observed[], owner: Owner): Map<string, Observed> {
  return new Map(objects.map((each) => [checkedKey(each, owner), each]));
}

function checkedKey(observed: Observed, owner: Owner): string {
  const { name, namespace } = metadataOf(observed);
  const what = `observed ${text(observed.kind) || 'object'} ${name || 'without a name'}`;
  const controller = controllerOf(observed);
  if (controller !== undefined && controller.uid !== owner.uid)
    throw new ReconcileError(
      `${what} is controlled by ${text(controller.kind)} ${text(controller.name)}, whose uid is not the claim's (${owner.uid})`,
    );
  if (owner.namespace !== '' && namespace !== owner.namespace)
    throw new ReconcileError(
      `${what} is in namespace ${namespace || '(none)'}, not in the claim's, ${owner.namespace}`,
    );
  const key = keyOf(observed);
  if (key === '') throw new ReconcileError(`${what} has no annotation ${resourceNameAnnotation}`);
  return key;
}
