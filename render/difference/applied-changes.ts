import type { Json, JsonObject, Observed } from '../../functions/composition/contract.ts';
import { list, object, text } from '../../functions/composition/read.ts';
import { isObject } from '../../functions/composition/schema.ts';
import type { FieldChange } from './field-changes.ts';
import { byName, fieldChanges } from './field-changes.ts';

/**
 * What becomes of an object that stands in a cluster when ours is applied over it. A field that ours does not set stays, but what
 * Crossplane set before goes, as far as the object says who set what. Where it does not, members of lists go.
 */
export function appliedChanges(standing: Observed, applied: Observed): FieldChange[] {
  const { status: _, ...seen } = standing;
  const metadata = { annotations: {}, ...object(seen.metadata) };
  const earlier = setByCrossplane(standing);
  return fieldChanges({ ...seen, metadata }, applied).filter(
    ({ path, after }) => !isBookkeeping(path) && (after !== undefined || earlier(path)),
  );
}

/** Whose object it is shows in what becomes of it, and not in its fields. */
function isBookkeeping(path: string): boolean {
  return /^metadata\.(?!annotations\b)/.test(path) || path.startsWith('metadata.annotations.crossplane.io/');
}

/** Crossplane's name among the managers of fields begins so. https://docs.crossplane.io/latest/composition/ */
const manager = 'apiextensions.crossplane.io/composed';

/** Tells of a field whether Crossplane has set it; of members of lists alone where the object was printed without its managers. */
function setByCrossplane(standing: Observed): (path: string) => boolean {
  const managers = list(object(standing.metadata).managedFields).map(object);
  if (managers.length === 0) return (path) => path.includes('[');
  const owned = managers
    .filter((each) => text(each.manager).startsWith(manager))
    .flatMap((each) => ownedIn(object(each.fieldsV1), standing, ''));
  const known = new Set(owned.map(({ path }) => path));
  const whole = owned.filter(({ isWhole }) => isWhole).map(({ path }) => path);
  return (path) =>
    known.has(path) || whole.some((each) => path.startsWith(`${each}.`) || path.startsWith(`${each}[`));
}

interface Owned {
  readonly path: string;
  /** Whether everything in it is owned with it, as in a list that is applied as one value. */
  readonly isWhole: boolean;
}

/**
 * The fields of a manager by the paths of field-changes.ts: `{"f:spec": {"f:size": {}}}` is `spec` and `spec.size`, and
 * `{"k:{\"name\":\"a\"}": {}}` in a list the member of this name.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
function ownedIn(fields: JsonObject, value: Json | undefined, prefix: string): Owned[] {
  return Object.entries(fields).flatMap(([key, inner]): Owned[] => {
    const found = key.startsWith('f:') ? fieldAt(key.slice(2), value, prefix) : memberAt(key, value, prefix);
    if (found === undefined) return [];
    const isWhole = Object.keys(object(inner)).length === 0;
    return [{ path: found.path, isWhole }, ...ownedIn(object(inner), found.value, found.path)];
  });
}

interface Found {
  readonly path: string;
  readonly value: Json | undefined;
}

function fieldAt(name: string, value: Json | undefined, prefix: string): Found {
  return { path: prefix === '' ? name : `${prefix}.${name}`, value: object(value)[name] };
}

function memberAt(key: string, value: Json | undefined, prefix: string): Found | undefined {
  if (!key.startsWith('k:')) return undefined;
  const keys = Object.entries(JSON.parse(key.slice(2)) as JsonObject);
  const members = list(value);
  const index = members.findIndex((each) => keys.every(([name, wanted]) => object(each)[name] === wanted));
  if (index === -1) return undefined;
  const label = byName(members) === undefined ? index : text(object(members[index]).name);
  return { path: `${prefix}[${label}]`, value: members[index] };
}

/** The object as it stands once Crossplane has applied it: with its name at every field. */
export function appliedByCrossplane(applied: Observed): Observed {
  const fields = { manager, operation: 'Apply', fieldsType: 'FieldsV1', fieldsV1: fieldsOf(applied) };
  return { ...applied, metadata: { ...object(applied.metadata), managedFields: [fields] } };
}

function fieldsOf(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [`f:${name}`, isObject(inner) ? fieldsOf(inner) : {}]),
  );
}
