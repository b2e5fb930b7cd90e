import type pg from 'pg';
import type { Item, ItemStore } from '../../item-store.ts';
import type { JsonObject } from '../../json.ts';
import { query } from './connection.ts';
import type { Group } from './statements/group.ts';

/** Of values whose time is over, so many go with each that is kept. */
const PRUNED = 100;

const PUT = {
  name: 'keep_item',
  text: `
    WITH pruned AS (
      DELETE FROM agent_items WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM agent_items
        WHERE expires_at < now() AND (job_group, namespace, key) IS DISTINCT FROM ($1, $2::text[], $3)
        LIMIT ${PRUNED} FOR UPDATE SKIP LOCKED
      ))
    )
    INSERT INTO agent_items AS item (job_group, namespace, key, value, expires_at)
    VALUES ($1, $2, $3, $4, now() + $5 * interval '1 ms')
    ON CONFLICT (job_group, namespace, key) DO UPDATE SET
      value = excluded.value, expires_at = excluded.expires_at, updated_at = now(),
      created_at = CASE WHEN item.expires_at < now() THEN now() ELSE item.created_at END`,
};
const IS_THERE = `job_group = $1 AND (expires_at IS NULL OR expires_at >= now())`;
const COLUMNS = 'namespace, key, value, created_at, updated_at';
const GET = {
  name: 'read_item',
  text: `SELECT ${COLUMNS} FROM agent_items WHERE ${IS_THERE} AND namespace = $2 AND key = $3`,
};
const REMOVE = {
  name: 'remove_item',
  text: `DELETE FROM agent_items WHERE job_group = $1 AND namespace = $2 AND key = $3`,
};
const SEARCH = {
  name: 'search_items',
  text: `
    SELECT ${COLUMNS} FROM agent_items
    WHERE ${IS_THERE} AND namespace[1:cardinality($2::text[])] = $2 AND ($3::jsonb IS NULL OR value @> $3)
    ORDER BY updated_at DESC, namespace, key LIMIT $4 OFFSET $5`,
};

/** Whether the labels of a list are those of a namespace, from the label after `before` on. */
function matches(list: string, before: string): string {
  return `cardinality(namespace) >= cardinality(${list}::text[]) AND NOT EXISTS (
      SELECT FROM unnest(${list}::text[]) WITH ORDINALITY AS wanted (label, place)
      WHERE label <> '*' AND label IS DISTINCT FROM namespace[${before} + place])`;
}

const NAMESPACES = {
  name: 'list_namespaces',
  text: `
    SELECT DISTINCT namespace[1:coalesce($4::integer, cardinality(namespace))] AS namespace FROM agent_items
    WHERE ${IS_THERE} AND ${matches('$2', '0')}
      AND ${matches('$3', 'cardinality(namespace) - cardinality($3::text[])')}
    ORDER BY 1 LIMIT $5 OFFSET $6`,
};

interface ItemRow {
  readonly namespace: readonly string[];
  readonly key: string;
  readonly value: JsonObject;
  readonly created_at: Date;
  readonly updated_at: Date;
}

function itemFrom({ namespace, key, value, created_at, updated_at }: ItemRow): Item {
  const [createdAt, updatedAt] = [created_at.toISOString(), updated_at.toISOString()];
  return { namespace, key, value, createdAt, updatedAt };
}

/** Values of clients of one group in PostgreSQL. */
export function postgresItems(pool: pg.Pool, group: Group): ItemStore {
  return {
    async put(namespace, key, value, ttlMs) {
      await query(pool, PUT, [group, namespace, key, JSON.stringify(value), ttlMs ?? null]);
    },
    async get(namespace, key) {
      const [row] = await query<ItemRow>(pool, GET, [group, namespace, key]);
      return row && itemFrom(row);
    },
    async remove(namespace, key) {
      await query(pool, REMOVE, [group, namespace, key]);
    },
    async search(prefix, filter, { limit, offset }) {
      const wanted = filter === undefined ? null : JSON.stringify(filter);
      const rows = await query<ItemRow>(pool, SEARCH, [group, prefix, wanted, limit, offset]);
      return rows.map(itemFrom);
    },
    async namespaces({ prefix, suffix, depth }, { limit, offset }) {
      const values = [group, prefix, suffix, depth ?? null, limit, offset];
      const rows = await query<Pick<ItemRow, 'namespace'>>(pool, NAMESPACES, values);
      return rows.map(({ namespace }) => namespace);
    },
  };
}
