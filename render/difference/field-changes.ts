import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { isObject } from '../../functions/composition/schema.ts';

/** A field whose value differs; undefined where it is not there. */
export interface FieldChange {
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** Every field that differs, in the order of their names. Members of a list that have names are told apart by them. */
export function fieldChanges(before: Json | undefined, after: Json | undefined, path = ''): FieldChange[] {
  if (isObject(before) && isObject(after)) return objectChanges(before, after, path);
  if (Array.isArray(before) && Array.isArray(after)) return listChanges(before, after, path);
  return before === after ? [] : [{ path, before, after }];
}

function objectChanges(before: JsonObject, after: JsonObject, path: string): FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return names.flatMap((name) =>
    fieldChanges(
      Object.hasOwn(before, name) ? before[name] : undefined,
      Object.hasOwn(after, name) ? after[name] : undefined,
      path === '' ? name : `${path}.${name}`,
    ),
  );
}

function listChanges(before: readonly Json[], after: readonly Json[], path: string): FieldChange[] {
  const [old, now] = [byName(before), byName(after)];
  if (old !== undefined && now !== undefined) {
    const names = [...new Set([...old.keys(), ...now.keys()])];
    return names.flatMap((name) => fieldChanges(old.get(name), now.get(name), `${path}[${name}]`));
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (![...before, ...after].every(isObject)) return [{ path, before: [...before], after: [...after] }];
  if (before.length === after.length)
    return before.flatMap((member, index) => fieldChanges(member, after[index], `${path}[${index}]`));
  return [
    ...missingFrom(after, before, path).map(({ path, member }) => ({
      path,
      before: member,
      after: undefined,
    })),
    ...missingFrom(before, after, path).map(({ path, member }) => ({
      path,
      before: undefined,
      after: member,
    })),
  ];
}

/** The members that the other list has not, each with the place where it stands. */
function missingFrom(other: readonly Json[], members: readonly Json[], path: string) {
  const known = new Set(other.map((member) => JSON.stringify(member)));
  return members
    .map((member, index) => ({ path: `${path}[${index}]`, member }))
    .filter(({ member }) => !known.has(JSON.stringify(member)));
}

/** The members by their names, if each has one of its own. */
export function byName(members: readonly Json[]): Map<string, Json> | undefined {
  const named = new Map<string, Json>();
  for (const member of members) {
    const name = isObject(member) ? member.name : undefined;
    if (typeof name !== 'string' || named.has(name)) return undefined;
    named.set(name, member);
  }
  return named;
}
