import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
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

/** The steps of a conversation as they are written down: a hole is one that was never asked for. */
const counted = (steps: readonly number[]) => Array.from(steps, (times) => times ?? null);

describeServers('jobs in the middle of which a worker was killed', (servers) => {
  let world: World | undefined;
  afterEach(() => world?.close());

  test.each(recordings)(
    'of %s are gone on with where they were',
    async (file) => {
      const recording = JSON.parse(await readFile(join(recordedFolder, file), 'utf8')) as Recording;
      const here = (world = await createWorld(servers, recordedQueue));
      await loadTables(here.database.url, recording);
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
