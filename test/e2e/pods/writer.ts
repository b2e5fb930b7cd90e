import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/**
 * An application that writes all the time: one row after the other, each acknowledged before the next. It reads its
 * credentials from a mounted Secret whenever it connects, and connects anew every few seconds, as a pool would.
 *
 * `GET /` says how it went so far; `GET /verify` looks whether every acknowledged row is there.
 */
const folder = '/conn';
const lifetime = 5_000;

const state = {
  acknowledged: 0,
  failed: 0,
  connections: 0,
  refusedLogins: 0,
  longestGapMs: 0,
  lastError: '',
  lastErrorAt: 0,
  lastAcknowledgedAt: 0,
};
const acknowledged: number[] = [];

async function connect(): Promise<pg.Client> {
  const connectionString = await readFile(join(folder, 'uri'), 'utf8');
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000, query_timeout: 10_000 });
  client.on('error', () => undefined); // seen by the query that follows
  await client.connect();
  state.connections += 1;
  return client;
}

/** An insert whose acknowledgement is lost may be there all the same; it is tried again under another number. */
async function writeUntilOld(client: pg.Client, from: number): Promise<number> {
  const end = performance.now() + lifetime;
  let next = from;
  while (performance.now() < end) {
    next += 1;
    await client.query('insert into kept (n) values ($1)', [next]);
    acknowledged.push(next);
    note();
    await sleep(10);
  }
  return next;
}

function note(): void {
  const now = Date.now();
  if (state.lastAcknowledgedAt > 0)
    state.longestGapMs = Math.max(state.longestGapMs, now - state.lastAcknowledgedAt);
  state.lastAcknowledgedAt = now;
  state.acknowledged += 1;
}

function fail(error: unknown): void {
  state.failed += 1;
  state.lastErrorAt = Date.now();
  state.lastError = error instanceof Error ? error.message : String(error);
  if (state.lastError.includes('password authentication failed')) state.refusedLogins += 1;
}

async function write(): Promise<never> {
  let last = 0;
  for (;;) {
    const client = await connect().catch(fail);
    try {
      await client?.query('create table if not exists kept (n bigint primary key)');
      if (client) last = await writeUntilOld(client, last);
    } catch (error) {
      last = Math.max(last, acknowledged.at(-1) ?? 0) + 1;
      fail(error);
    }
    await client?.end().catch(() => undefined);
    if (!client) await sleep(200);
  }
}

/** Numbers that were acknowledged and are not there. */
async function verify(): Promise<object> {
  const expected = [...acknowledged];
  const client = await connect();
  const { rows } = await client.query<{ n: string }>('select n from kept');
  await client.end();
  const found = new Set(rows.map(({ n }) => Number(n)));
  const lost = expected.filter((n) => !found.has(n));
  return { acknowledged: expected.length, found: found.size, lost };
}

createServer((request, response) => {
  const answer = request.url === '/verify' ? verify() : Promise.resolve({ ...state, now: Date.now() });
  answer.then(
    (body) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
}).listen(8080);

void write();
