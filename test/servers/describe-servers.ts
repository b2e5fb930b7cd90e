import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { describe, inject } from 'vitest';
import type { QueueNames } from '../../worker/adapters/nats/streams.ts';
import type { ServerUrls } from './open.ts';

/** A group of tests that needs the servers: skipped by name when they cannot be had here. */
export function describeServers(name: string, define: (servers: ServerUrls) => void): void {
  const servers = inject('servers');
  // oxlint-disable-next-line vitest/valid-title -- the title is the caller's
  describe.skipIf(servers === null)(name, () => {
    if (servers !== null) define(servers);
  });
}

/** A name that no other test has. */
export function uniqueName(prefix: string): string {
  return `${prefix}_${randomBytes(4).toString('hex')}`;
}

/** Names of streams and subjects that no other test has. */
export function uniqueNames(): QueueNames {
  const prefix = uniqueName('test');
  return {
    prefix,
    stream: `${prefix}_JOBS`,
    consumer: `${prefix}_workers`,
    statusStream: `${prefix}_STATUS`,
    deadStream: `${prefix}_DEAD`,
  };
}

/** A database of the test's own. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

async function maintain(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

export async function createDatabase(serverUrl: string): Promise<TestDatabase> {
  const name = uniqueName('worker_test');
  await maintain(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => maintain(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}
