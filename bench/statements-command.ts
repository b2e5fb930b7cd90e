import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { command } from '../command-line/command.ts';
import { DONE, REFUSED } from '../command-line/exit-code.ts';
import { Failure } from '../command-line/failure.ts';
import { newJob } from '../test/contracts/new-job.ts';
import { startPostgres } from '../test/servers/postgres.ts';
import { openPool } from '../worker/adapters/postgres/connection.ts';
import { postgresStore } from '../worker/adapters/postgres/store.ts';
import type { JobStore } from '../worker/job-store.ts';
import { migrate, readMigrations } from '../worker/migrate.ts';
import { crowded, filled, group } from './statements/filled.ts';
import { explained } from './statements/plans.ts';
import { table } from './table.ts';

const taker = { owner: 'bench', leaseMs: 30_000, blocked: [], alone: true };

/** What a worker asks of the database, by the file that says it in SQL. */
const asked: readonly (readonly [file: string, ask: (store: JobStore) => Promise<unknown>])[] = [
  ['claim-job', (store) => store.claim(newJob(), 'bench', 30_000)],
  [
    'finish-job',
    async (store) => {
      const { job } = await store.takeDue(taker);
      if (!job) throw new Error('there is no job to finish');
      const id = randomUUID();
      const message = { id, subject: 'a.b', headers: {}, body: new Uint8Array(100) };
      return store.finish(job.claim.lease, { status: 'completed', result: {} }, [message]);
    },
  ],
  ['forget-sent', (store) => store.sent(['message-1'])],
  [
    'renew-leases',
    (store) =>
      store.renew(
        Array.from({ length: 20 }, (_, index) => ({ jobId: `running-${index}`, token: 1 })),
        30_000,
      ),
  ],
  ['take-unsent', (store) => store.takeUnsent(100, 0)],
  ['take-due', (store) => store.takeDue(taker)],
  ['adopt-jobs', (store) => store.adopt(1_000, Infinity, 100)],
  ['expired-jobs', (store) => store.expired(86_400_000, 100)],
  ['list-jobs', (store) => store.list({ statuses: ['failed'] }, 50)],
  ['read-job', (store) => store.read('finished-500')],
];

async function measure(pool: pg.Pool): Promise<string> {
  const store = postgresStore(pool, group, await readMigrations());
  const rows: string[][] = [];
  const row = async (file: string, ask: (typeof asked)[number][1]): Promise<void> => {
    const plans = await explained(pool, () => ask(store));
    const last = plans.at(-1);
    if (last === undefined) throw new Error(`cannot explain ${file}: PostgreSQL said nothing`);
    rows.push([file, last.scans.join(', ') || 'none', `${last.ms.toFixed(2)} ms`]);
  };
  for (const [file, ask] of asked) await row(file, ask);
  await crowded(pool);
  await row('take-due, crowded', (asking) => asking.takeDue(taker));
  return table(['STATEMENT', 'HOW ROWS ARE FOUND', 'EXECUTION'], rows);
}

/** `npm run bench statements` */
export const statementsCommand = command({
  description: `Shows how PostgreSQL finds the rows of each of the worker's statements, and how long that takes, with 100,000 finished
jobs, 500 running ones, 200 that wait and 50 messages in the outbox; and of the one that takes a job also behind 10,000 whose keys are full,
and beside 10,000 for later.`,
  flags: {},
  async run(_, terminal) {
    const folder = await mkdtemp(join(tmpdir(), 'bench-statements-'));
    // PostgreSQL may run as another user and has to reach its own folder below.
    await chmod(folder, 0o755);
    const server = await startPostgres(join(folder, 'postgres'));
    try {
      if (server === undefined)
        throw new Failure('cannot measure statements: PostgreSQL has to be installed here', REFUSED);
      const pool = openPool({ kind: 'url', url: server.url }, 1, () => {}, 120_000);
      await migrate(pool);
      await filled(pool);
      terminal.print(`${await measure(pool)}\n`);
      await pool.end();
      return DONE;
    } finally {
      await server?.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
});
