import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { command } from '../../command-line/command.ts';
import { DONE, FAILED } from '../../command-line/exit-code.ts';
import { Failure } from '../../command-line/failure.ts';
import { wholeNumber } from '../../command-line/flag.ts';
import { account, unharmed } from '../faults/account.ts';
import { doubleTool, testJob } from '../servers/job.ts';
import { startPostgres } from '../servers/postgres.ts';
import type { PostgresServer } from '../servers/postgres.ts';
import { inSurroundings } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';

const run = promisify(execFile);

/** What a new PostgreSQL takes, and the jobs of a run. */
const DISK = '400m';

/** Jobs that are left get this long when there is room again, in seconds. */
const AFTER_S = 600;

/** A server that has ended for want of room is started again when it has not answered for so long, in seconds. */
const BACK_S = 20;

export const fullDisk = command({
  description:
    'Fills the file system of PostgreSQL under many jobs, makes room again, and says what became of them. Needs root, for a file system of its own.',
  flags: {
    seconds: { value: 'NUMBER', otherwise: '60', help: 'How long it is full.', read: wholeNumber(1) },
    jobs: { value: 'NUMBER', otherwise: '60', help: 'How many jobs there are.', read: wholeNumber(1) },
  },
  async run({ flags }, terminal) {
    const dir = await mkdtemp(join(tmpdir(), 'zerotouch-disk-'));
    await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK},mode=755`, 'tmpfs', dir]).catch(
      (cause: unknown) => {
        throw new Failure(`cannot mount a file system: ${String(cause)}`, FAILED);
      },
    );
    const postgres = await startPostgres(join(dir, 'postgres'));
    if (!postgres) throw new Failure('cannot start PostgreSQL: there is none', FAILED);
    try {
      return await inSurroundings(
        async (around) => {
          const { line, isFine } = await fill(around, postgres, join(dir, 'ballast'), flags);
          terminal.print(`${line}\n`);
          return isFine ? DONE : FAILED;
        },
        { postgres: postgres.url },
      );
    } finally {
      await postgres.stop();
      // The log of the server is open in this process until it ends.
      await run('umount', ['--lazy', dir]);
      await rm(dir, { recursive: true });
    }
  },
});

async function fill(
  { world, results, env }: Surroundings,
  postgres: PostgresServer,
  ballast: string,
  { seconds, jobs: count }: { readonly seconds: number; readonly jobs: number },
): Promise<{ readonly line: string; readonly isFine: boolean }> {
  const workers = await Promise.all([1, 2, 3].map(() => world.worker(env)));
  await Promise.all(workers.map((worker) => worker.ready(120)));
  const rounds = [1, 2, 3].map((n) => [{ tool: 'double', args: { n } }]);
  const jobs = Array.from({ length: count }, () => testJob({ latencyMs: 1_000, rounds }, [doubleTool]));
  for (const job of jobs) await world.publish(job);
  while (results.count() === 0) await sleep(100);
  await fillWith(ballast);
  const before = results.count();
  await sleep(seconds * 1000);
  const meanwhile = results.count() - before;
  const healthy = await Promise.all(workers.map(async ({ url }) => (await fetch(`${url}/health`)).ok));
  await rm(ballast);
  const wasGone = await startedAgain(postgres);
  const freed = performance.now();
  const isThrough = await results.all(
    jobs.map(({ jobId }) => jobId),
    AFTER_S,
  );
  const took = (performance.now() - freed) / 1000;
  if (isThrough) await world.settled(120);
  const found = await account(world, jobs);
  const isHarmed = Object.entries(unharmed).some(([name, value]) => Reflect.get(found, name) !== value);
  const line =
    `${count} jobs, ${before} done when the disk was full, ${meanwhile} in the ${seconds} s that it was` +
    `${wasGone ? ', in which PostgreSQL ended' : ''}; workers alive ${healthy.filter(Boolean).length} of ${workers.length}; ` +
    `lost ${found.lost}, failed ${found.failed}, finished twice ${found.finishedTwice}, streams not closed ${found.notClosed}, ` +
    `model calls made again ${found.modelCallsRepeated}, all done ${took.toFixed(0)} s after there was room`;
  return { line, isFine: isThrough && !isHarmed && healthy.every(Boolean) };
}

/** Writes until there is no room for another byte. */
async function fillWith(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (let bytes = 1024 * 1024; bytes >= 1;) {
      const written = await file.write(Buffer.alloc(bytes)).then(
        ({ bytesWritten }) => bytesWritten,
        () => 0,
      );
      if (written < bytes) bytes = Math.floor(bytes / 2);
    }
  } finally {
    await file.close();
  }
}

/** True when the server had to be started again: it may end when it cannot write its log. */
async function startedAgain(postgres: PostgresServer): Promise<boolean> {
  for (let second = 0; second < BACK_S; second += 1) {
    if (await answers(postgres.url)) return false;
    await sleep(1_000);
  }
  await postgres.kill();
  await postgres.start();
  return true;
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  client.on('error', () => {});
  return client.connect().then(
    () => client.end().then(() => true),
    () => false,
  );
}
