/** What `JSON.parse` can return. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object: the shape of every payload, definition, result and event. */
export interface JsonObject {
  [key: string]: Json;
}

/** Whether a value is an object with keys: neither null nor a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value that a text holds, or undefined when the text is not JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    // JSON.parse is typed any; what it returns is exactly Json.
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The same text for the same value, whatever order its keys were written in. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
  return `{${members.join(',')}}`;
}

/** Levels of lists and objects that a payload may have; what walks one down may not run out of stack. */
export const MAX_LEVELS = 100;

/** Whether PostgreSQL keeps a value as it is: neither the character 0 nor halves of characters, nor what is too deep. */
export function isStorable(value: Json): boolean {
  return !isTooDeep(value) && !/\\u0000|\\ud[89a-f]/i.test(JSON.stringify(value));
}

/** Whether a value has more levels than it may. Walks level by level: the value may be deeper than the stack. */
export function isTooDeep(value: Json): boolean {
  let level: Json[] = [value];
  for (let depth = 0; depth < MAX_LEVELS; depth += 1) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
    if (level.length === 0) return false;
  }
  return level.some((one) => typeof one === 'object' && one !== null);
}
