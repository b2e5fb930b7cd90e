import type { JsonObject } from '../../../json.ts';
import type { McpServer } from '../../settings.ts';

/** Shorter values are no secrets (`1`, `true`), and would be found in words. */
const SHORTEST = 6;

/** What of a server must never be seen: the values of its headers, with and without their scheme, and its environment. */
export function secretsOf(server: McpServer): readonly string[] {
  const values =
    'url' in server
      ? [...Object.values(server.headers), server.oauth?.clientSecret ?? '']
      : Object.values(server.env ?? {});
  const bare = values.map((value) => value.replace(/^(bearer|basic|token)\s+/i, ''));
  return [...new Set([...values, ...bare])]
    .filter((value) => value.length >= SHORTEST)
    .toSorted((one, other) => other.length - one.length);
}

/** A text, or blocks of texts, without them. */
export function hiddenIn<T extends string | readonly JsonObject[]>(
  content: T,
  secrets: readonly string[],
): T {
  if (secrets.length === 0) return content;
  const hide = (text: string): string => secrets.reduce((all, secret) => all.replaceAll(secret, '***'), text);
  // A reviver leaves the shape of JSON as it is.
  return JSON.parse(JSON.stringify(content), (_, value: unknown) =>
    typeof value === 'string' ? hide(value) : value,
  ) as T;
}
