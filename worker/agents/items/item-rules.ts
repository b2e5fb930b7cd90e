import { ITEM_BOUNDS } from '../../item-store.ts';
import { isJsonObject, isStorable, parseJson } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';

const { label, labels, key: keyBounds, page, offset: mostSkipped } = ITEM_BOUNDS;

/** What is wrong with a namespace; `least` labels it has to have. Undefined when nothing is. */
export function namespaceProblem(namespace: readonly unknown[], least: 0 | 1): string | undefined {
  if (!Array.isArray(namespace) || namespace.length < least || namespace.length > labels)
    return `namespace: expected a list of ${least} to ${labels} texts`;
  const wrong = namespace.findIndex((one) => !isText(one, label));
  return wrong === -1
    ? undefined
    : `namespace[${wrong}]: expected a text of 1 to ${label.most} characters, none of them a point or a control character`;
}

export function keyProblem(key: unknown): string | undefined {
  if (isText(key, keyBounds)) return undefined;
  return `key: expected a text of 1 to ${keyBounds.most} characters, none of them a control character`;
}

export function pageProblem({ limit, offset }: { limit: number; offset: number }): string | undefined {
  if (!isWhole(limit, 1, page)) return `limit: expected a whole number from 1 to ${page}`;
  return isWhole(offset, 0, mostSkipped)
    ? undefined
    : `offset: expected a whole number from 0 to ${mostSkipped}`;
}

/** Of a filter, which is of fields that are equal: operators would be taken for fields. */
export function filterProblem(filter: Readonly<Record<string, unknown>>): string | undefined {
  const isOperator = (one: unknown): boolean =>
    isJsonObject(one) && Object.keys(one).some((name) => name.startsWith('$'));
  const wrong = Object.keys(filter).find((name) => isOperator(filter[name]));
  return wrong === undefined
    ? undefined
    : `filter.${wrong}: operators are not supported: expected a field and its value`;
}

/** A value as it is kept, or what is wrong with it. */
export function storedValue(
  value: unknown,
  maxBytes: number,
): { readonly value: JsonObject } | { readonly problem: string } {
  const text = jsonText(value);
  const json: Json | undefined = text === undefined ? undefined : parseJson(text);
  if (text === undefined || !isJsonObject(json)) return { problem: 'value: expected an object that is JSON' };
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes)
    return { problem: `value: ${bytes} bytes are more than ${maxBytes} (MAX_REQUEST_BYTES)` };
  if (!isStorable(json))
    return { problem: 'value: expected no character 0, no half of a character, and at most 100 levels' };
  return { value: json };
}

function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value) as string | undefined;
  } catch {
    // It holds itself, or a number that JSON does not have.
    return undefined;
  }
}

function isText(value: unknown, { pattern, most }: { pattern: RegExp; most: number }): boolean {
  return typeof value === 'string' && value.length <= most && pattern.test(value);
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
