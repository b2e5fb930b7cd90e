import type { Json, JsonObject, Observed } from './contract.ts';

/** The member at a path, or undefined where anything on the way is not an object. */
export function at(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let current = value;
  for (const name of path) {
    const here = object(current);
    if (!Object.hasOwn(here, name)) return undefined;
    current = here[name];
  }
  return current;
}

/** The value if it is an object, otherwise an empty one: what an operator writes is not ours to trust. */
export function object(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

export function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The members that are texts, in the order of their names: Crossplane sends them in another at every call. */
export function textsOf(value: Json | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(object(value))
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

export function number(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

export interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
}

/** Name, namespace and uid, each empty when absent. */
export function metadataOf(observed: Observed): Metadata {
  const metadata = object(observed.metadata);
  return { name: text(metadata.name), namespace: text(metadata.namespace), uid: text(metadata.uid) };
}

export interface ObservedCondition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** The condition of this type in `status.conditions`, if there is one. */
export function conditionOf(observed: Observed, type: string): ObservedCondition | undefined {
  for (const each of list(at(observed, 'status', 'conditions'))) {
    const condition = object(each);
    if (condition.type !== type) continue;
    return {
      status: text(condition.status),
      reason: text(condition.reason),
      message: text(condition.message),
    };
  }
  return undefined;
}
