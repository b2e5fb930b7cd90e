import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, expect, test } from 'vitest';
import { recordedFolder, recordedQueue } from '../recordings/record.ts';
import { interruptedJobs } from '../recordings/interrupted-jobs.ts';
import { loadTables } from '../recordings/tables.ts';
import type { Recording } from '../recordings/tables.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import { runWorker } from '../servers/worker.ts';
import { follow } from './sse.ts';

const recordings = (await readdir(recordedFolder)).toSorted();

/** So long a lease that a busy machine costs none: an attempt more would make calls again. */
const settings = { ...recordedQueue, LEASE_DURATION: '1m' };

/** The steps of a conversation as they are written down: a hole is one that was never asked for. */
const counted = (steps: readonly number[]) => Array.from(steps, (times) => times ?? null);

/** The jobs of all recordings have the same names, and so have their live events. */
async function forgetEvents({ env }: World): Promise<void> {
  const redis = new Redis({ host: env['DRAGONFLY_HOST'], port: Number(env['DRAGONFLY_PORT']) });
  await redis.del(interruptedJobs.map(({ jobId }) => `langgraph:events:${jobId}`));
  redis.disconnect();
}

describeServers('jobs in the middle of which a worker was killed', (servers) => {
  let world: World | undefined;
  afterEach(() => world?.close());

  test.each(recordings)(
    'of %s are gone on with where they were',
    async (file) => {
      const recording = JSON.parse(await readFile(join(recordedFolder, file), 'utf8')) as Recording;
      const here = (world = await createWorld(servers, settings));
      await Promise.all([loadTables(here.database.url, recording), forgetEvents(here)]);
      const migrated = await runWorker(['migrate'], here.env);
      expect(migrated.code, migrated.output).toBe(0);
      const worker = await here.worker();
      await worker.ready(120);
      for (const { jobId, event } of interruptedJobs) await here.publish({ jobId, name: jobId, event });
      for (const { jobId, output, stepsAfter, toolsAfter } of interruptedJobs) {
        const { event } = await here.result(jobId, 120);
        expect(event, jobId).toMatchObject({ data: { result: { status: 'completed', output } } });
        for (const [name, steps] of Object.entries(stepsAfter))
          expect(counted(here.model.steps(name)), `model calls of ${name}`).toEqual(steps);
        const frames = await follow(`${worker.url}/jobs/${jobId}/events`);
        const started = frames.flatMap(({ event: type, data }) =>
          type === 'on_tool_start' ? [(data['data'] as { name: string }).name] : [],
        );
        expect(started, `tools of ${jobId}`).toEqual(toolsAfter);
      }
    },
    300_000,
  );
});
