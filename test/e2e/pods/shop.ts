import { pbkdf2Sync } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import pg from 'pg';

/**
 * A web application that keeps its visits in the database that its claim gives it: `POST /` with `{ "visit": ID }` is answered by 201
 * once the visit is in it, and costs some work besides; `GET /` has all that are there.
 */
const pool = new pg.Pool({
  connectionString: process.env['DATABASE_URL'],
  connectionTimeoutMillis: 3_000,
  query_timeout: 5_000,
});
pool.on('error', () => undefined); // seen by the query that follows

let table: Promise<unknown> | undefined;

/** Its database may come later than its first request. */
async function hasTable(): Promise<void> {
  table ??= pool.query('create table if not exists visits (id text primary key)');
  await table.catch((error: unknown) => {
    table = undefined;
    throw error;
  });
}

async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
  await hasTable();
  if (request.method !== 'POST') {
    const { rows } = await pool.query<{ id: string }>('select id from visits');
    return { status: 200, body: rows.map(({ id }) => id) };
  }
  const { visit } = (await json(request)) as { visit: string };
  pbkdf2Sync(visit, 'salt', 20_000, 32, 'sha256');
  await pool.query('insert into visits values ($1) on conflict do nothing', [visit]);
  return { status: 201, body: visit };
}

createServer((request, response) => {
  void answer(request)
    .catch((error: unknown) => ({ status: 503, body: String(error) }))
    .then(({ status, body }) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    );
}).listen(Number(process.env['PORT']));

process.once('SIGTERM', () => process.exit(0));
