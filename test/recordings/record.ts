import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { command } from '../../command-line/command.ts';
import { DONE, FAILED } from '../../command-line/exit-code.ts';
import { Failure } from '../../command-line/failure.ts';
import manifest from '../../package.json' with { type: 'json' };
import { openServers } from '../servers/open.ts';
import type { ServerUrls } from '../servers/open.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import { interruptedJobs } from './interrupted-jobs.ts';
import { readTables } from './tables.ts';
import type { Recording } from './tables.ts';

/** Where recordings are. */
export const recordedFolder = join(import.meta.dirname, 'recorded');

/** One executor for all recordings, since jobs belong to one. */
export const recordedQueue = {
  NATS_SUBJECT_PREFIX: 'recorded',
  NATS_STREAM_NAME: 'RECORDED_JOBS',
  NATS_CONSUMER_GROUP: 'recorded_workers',
  NATS_STATUS_STREAM_NAME: 'RECORDED_STATUS',
  NATS_DEAD_STREAM_NAME: 'RECORDED_DEAD',
};

/** Nobody goes on with a job of a worker that was killed while others are recorded. */
const settings = { ...recordedQueue, LEASE_DURATION: '10m' };

/** `npm run golden record` */
export const record = command({
  description: `Records what a worker leaves of jobs in the middle of which it is killed, to be resumed by later versions. Done once
for each release; \`--worker\` is another version than this one, from source or as one file.`,
  flags: {
    worker: { value: 'FILE', otherwise: 'worker/main.ts', help: 'The worker to be recorded.' },
    as: { value: 'NAME', otherwise: `v${manifest.version}`, help: 'What the recording is called.' },
  },
  async run({ flags }, terminal) {
    const opened = await openServers();
    if (opened.kind === 'missing')
      throw new Failure(`cannot start the servers: ${opened.advice.join('; ')}`, FAILED);
    try {
      const recording = await recordOn(opened.urls, flags.worker);
      const file = join(recordedFolder, `${flags.as}.json`);
      await writeFile(file, `${JSON.stringify(recording, null, 1)}\n`);
      terminal.print(`${file}\n`);
      return DONE;
    } finally {
      await opened.close();
    }
  },
});

async function recordOn(urls: ServerUrls, program: string): Promise<Recording> {
  const world = await createWorld(urls, settings, program);
  try {
    for (const job of interruptedJobs) await interrupt(world, job, program);
    await endLeases(world);
    return await readTables(world.database.url);
  } finally {
    await world.close();
  }
}

async function interrupt(
  world: World,
  { jobId, event, reached }: (typeof interruptedJobs)[number],
  program: string,
): Promise<void> {
  const worker = await world.worker({}, program);
  await worker.ready();
  await world.publish({ jobId, name: jobId, event });
  await reached(world, worker.url);
  worker.signal('SIGKILL');
  await worker.exited();
}

/** As if as much time had gone by. */
async function endLeases({ database }: World): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('UPDATE agent_jobs SET lease_until = now()');
  await client.end();
}
