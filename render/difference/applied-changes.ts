import type { JsonObject, Observed } from '../../functions/composition/contract.ts';
import { list, object, text } from '../../functions/composition/read.ts';
import type { FieldChange } from './field-changes.ts';
import { fieldChanges } from './field-changes.ts';

/**
 * What becomes of an object that stands in a cluster when ours is applied over it. A field that ours does not set stays, but a
 * member of a list that ours sets goes, and so does what Crossplane set before, as far as the object says who set what.
 */
export function appliedChanges(standing: Observed, applied: Observed): FieldChange[] {
  const { status: _, ...seen } = standing;
  const metadata = { annotations: {}, ...object(seen.metadata) };
  const earlier = setByCrossplane(standing);
  return fieldChanges({ ...seen, metadata }, applied).filter(
    ({ path, after }) => !isBookkeeping(path) && (after !== undefined || path.includes('[') || earlier(path)),
  );
}

/** Whose object it is shows in what becomes of it, and not in its fields. */
function isBookkeeping(path: string): boolean {
  return /^metadata\.(?!annotations\b)/.test(path) || path.startsWith('metadata.annotations.crossplane.io/');
}

/** Crossplane's name among the managers of fields begins so. https://docs.crossplane.io/latest/composition/ */
const manager = 'apiextensions.crossplane.io/composed';

/** Tells of a field whether Crossplane has set it; of none where the object was printed without its managers. */
function setByCrossplane(standing: Observed): (path: string) => boolean {
  const fields = list(object(standing.metadata).managedFields)
    .map(object)
    .filter((each) => text(each.manager).startsWith(manager))
    .flatMap((each) => pathsOf(object(each.fieldsV1)));
  const known = new Set(fields);
  return (path) => known.has(path);
}

/** `{"f:spec": {"f:size": {}}}` as `spec`, `spec.size`. Members of lists are left out: theirs go with the list. */
function pathsOf(fields: JsonObject, prefix = ''): string[] {
  return Object.entries(fields).flatMap(([name, inner]) => {
    if (!name.startsWith('f:')) return [];
    const path = prefix === '' ? name.slice(2) : `${prefix}.${name.slice(2)}`;
    return [path, ...pathsOf(object(inner), path)];
  });
}
