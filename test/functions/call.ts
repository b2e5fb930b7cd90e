import { createHash } from 'node:crypto';
import type { Json, JsonObject, Lookup, Observed, Response } from '../../functions/composition/contract.ts';
import { object } from '../../functions/composition/read.ts';
import { dispatch } from '../../functions/composition/dispatch.ts';
import { kinds } from '../../functions/kinds/registry.ts';

/** What a call finds besides the claim. */
export interface Found {
  readonly observed?: Readonly<Record<string, Observed>>;
  /** A key that is absent was not looked up. */
  readonly required?: Readonly<Record<string, Lookup>>;
  /** Whether each kind that was asked for is served, by the key of the question. */
  readonly served?: Readonly<Record<string, boolean>>;
  /** Whether somebody has looked at what stands where the claim's own objects are to be; true when not said. */
  readonly looked?: boolean;
  readonly password?: string;
}

/** Keys of the live looks without which nothing that holds data is made. */
const lookedAt: ReadonlySet<string> = new Set([
  'cluster',
  'dragonfly',
  'own-object-store',
  'standing-bucket',
  'snapshot-writer',
  'nested-database',
  'nested-cache',
]);

/** What stands there belongs to the claim, unless the test says whose it is. */
function ownLookup(found: Lookup, composite: JsonObject): Lookup {
  if (found === undefined || found === null) return null;
  const metadata = object(found.metadata);
  const { uid } = object(composite.metadata);
  const owner = { controller: true, ...(uid === undefined ? {} : { uid }) };
  return { ...found, metadata: { ownerReferences: [owner], ...metadata } };
}

/** One call of the function, with everything it may read given as data. */
export function call(
  composite: JsonObject,
  { observed = {}, required = {}, served, looked = true, password = 'drawn' }: Found = {},
): Response {
  return dispatch(
    kinds,
    {
      composite,
      observed: (key) => observed[key],
      composedBefore: Object.keys(observed).length > 0,
      // Nothing stands where the claim's own objects are to be, unless the test says so.
      required: (key) => (looked && lookedAt.has(key) ? ownLookup(required[key], composite) : required[key]),
      knowsSchemas: served !== undefined,
      served: (key) => ({ claim: true, ...served })[key],
    },
    {
      randomPassword: () => password,
      workerImage: 'ghcr.io/bizmatters/agent-worker:v0.0.0',
      digest: (text) => createHash('sha256').update(text).digest('hex'),
    },
  );
}

/** The whole of a response as the wire would carry it. */
export function plain(response: Response): Response {
  return JSON.parse(JSON.stringify(response)) as Response;
}

/** The composed object of this key, as JSON. */
export function objectOf(response: Response, key: string): JsonObject {
  const found = response.resources.find((each) => each.key === key);
  if (found === undefined)
    throw new Error(
      `no composed resource ${key} in ${response.resources.map((each) => each.key).join(', ')}`,
    );
  return JSON.parse(JSON.stringify(found.object)) as JsonObject;
}

export function decodedData(secret: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(secret.data as Record<string, string>).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString(),
    ]),
  );
}

/** A claim of the kind; of any kind that the function has. */
export function claim(kind: string, spec: Json = {}, name = 'orders'): JsonObject {
  const apiVersion = kinds.find((each) => each.kind === kind)?.apiVersion ?? 'unknown/v1';
  return { apiVersion, kind, metadata: { name, namespace: 'shop', uid: 'uid-of-the-claim' }, spec };
}
