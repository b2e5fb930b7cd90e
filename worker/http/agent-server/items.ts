import { z } from '@hono/zod-openapi';
import { ITEM_BOUNDS } from '../../item-store.ts';
import type { Item } from '../../item-store.ts';
import { isJsonObject } from '../../json.ts';
import type { JsonObject } from '../../json.ts';
import { described, failed, jsonBody } from '../described.ts';
import { addRoute } from '../route.ts';
import type { App } from '../route.ts';
import type { Door } from '../service.ts';
import { asked } from './asked.ts';
import { absent, object } from './schemas.ts';

const tags = ['store'];
const label = z
  .string()
  .min(1)
  .max(ITEM_BOUNDS.label.most)
  .regex(ITEM_BOUNDS.label.pattern, 'expected a text without points and control characters');
const labels = z.array(label).max(ITEM_BOUNDS.labels);
const key = z
  .string()
  .min(1)
  .max(ITEM_BOUNDS.key.most)
  .regex(ITEM_BOUNDS.key.pattern, 'expected no control characters');
const place = { namespace: labels.min(1), key };
const limit = z.number().int().min(1).max(ITEM_BOUNDS.page);
const offset = z.number().int().min(0).max(ITEM_BOUNDS.offset).nullish();

const itemPut = z
  .object({
    ...place,
    value: object,
    index: z.literal(false, 'is not supported: there is no search by meaning').nullish(),
    ttl: z
      .number()
      .positive()
      .max(100_000_000)
      .nullish()
      .openapi({ description: 'Minutes; for ever when absent' }),
  })
  .openapi('ItemPut');

const itemDelete = z.object(place).openapi('ItemDelete');

/** Fields of the value that are equal; operators would be taken for fields. */
const filter = object.refine(
  (fields) =>
    !Object.values(fields).some(
      (one) => isJsonObject(one) && Object.keys(one).some((name) => name.startsWith('$')),
    ),
  'operators are not supported: expected fields and their values',
);

const itemSearch = z
  .object({
    namespace_prefix: labels.nullish(),
    filter: filter.nullish(),
    limit: limit.nullish(),
    offset,
    query: absent('there is no search by meaning; filter by fields'),
    refresh_ttl: z.boolean().nullish(),
  })
  .openapi('ItemSearch');

const namespaceList = z
  .object({
    prefix: labels.nullish(),
    suffix: labels.nullish(),
    max_depth: z.number().int().min(1).max(ITEM_BOUNDS.labels).nullish(),
    limit: limit.nullish(),
    offset,
  })
  .openapi('NamespaceList');

const itemQuery = z.object({
  namespace: z
    .string()
    .transform((text) => text.split('.'))
    .pipe(labels.min(1))
    .openapi({ type: 'string', description: 'Its labels, with points between them', example: 'users.ada' }),
  key,
  refresh_ttl: z.string().optional(),
});

function itemView({ namespace, key: name, value, createdAt, updatedAt }: Item): JsonObject {
  return { namespace: [...namespace], key: name, value, created_at: createdAt, updated_at: updatedAt };
}

const refused = failed(400, 413, 422, 503);

/** Values that clients keep beside their threads. */
export function addItemRoutes(app: App, door: Door): void {
  addRoute(
    app,
    door,
    {
      method: 'put',
      path: '/store/items',
      tags,
      summary: 'Keep a value under a namespace and key',
      request: { body: jsonBody(itemPut) },
      responses: { 204: { description: 'It is kept' }, ...refused },
    },
    async ({ req }, service) => {
      const { namespace, key: name, value, ttl } = req.valid('json');
      const ttlMs = ttl === null || ttl === undefined ? undefined : ttl * 60_000;
      await asked(service, 'keep the item', service.items.put(namespace, name, value, ttlMs));
      return { status: 204, body: '' };
    },
  );
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/store/items',
      tags,
      summary: 'Read a value',
      request: { query: itemQuery },
      responses: { 200: described('The item, or null'), ...failed(422, 503) },
    },
    async ({ req }, service) => {
      const { namespace, key: name } = req.valid('query');
      const item = await asked(service, 'read the item', service.items.get(namespace, name));
      return { status: 200, body: item ? itemView(item) : 'null' };
    },
  );
  addRoute(
    app,
    door,
    {
      method: 'delete',
      path: '/store/items',
      tags,
      summary: 'Delete a value',
      request: { body: jsonBody(itemDelete) },
      responses: { 204: { description: 'It is not there any more' }, ...refused },
    },
    async ({ req }, service) => {
      const { namespace, key: name } = req.valid('json');
      await asked(service, 'delete the item', service.items.remove(namespace, name));
      return { status: 204, body: '' };
    },
  );
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/store/items/search',
      scope: 'read',
      tags,
      summary: 'Find values below a namespace, the newest first',
      request: { body: jsonBody(itemSearch) },
      responses: { 200: described('`{items}`'), ...refused },
    },
    async ({ req }, service) => {
      const asks = req.valid('json');
      const page = { limit: asks.limit ?? 10, offset: asks.offset ?? 0 };
      const searching = service.items.search(asks.namespace_prefix ?? [], asks.filter ?? undefined, page);
      const items = await asked(service, 'find items', searching);
      return { status: 200, body: { items: items.map(itemView) } };
    },
  );
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/store/namespaces',
      scope: 'read',
      tags,
      summary: 'List namespaces that hold something',
      request: { body: jsonBody(namespaceList) },
      responses: { 200: described('`{namespaces}`'), ...refused },
    },
    async ({ req }, service) => {
      const asks = req.valid('json');
      const wanted = {
        prefix: asks.prefix ?? [],
        suffix: asks.suffix ?? [],
        depth: asks.max_depth ?? undefined,
      };
      const page = { limit: asks.limit ?? 100, offset: asks.offset ?? 0 };
      const namespaces = await asked(service, 'list namespaces', service.items.namespaces(wanted, page));
      return { status: 200, body: { namespaces: namespaces.map((one) => [...one]) } };
    },
  );
}
