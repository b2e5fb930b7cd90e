import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { programs } from '../../package/programs.ts';
import { until } from '../engine/until.ts';
import { createDatabase, describeServers } from '../servers/describe-servers.ts';
import type { TestDatabase } from '../servers/describe-servers.ts';
import { doubleTool, testJob } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import { runContainer, startContainer } from './container.ts';
import { describeContainers, pullRootfs, pushed } from './packages.ts';
import { startPod } from './pod.ts';
import type { Pod } from './pod.ts';

const program = ['/nodejs/bin/node', ...programs.worker.flags, '/app/worker.mjs'];
const portOf = (url: string): number => Number(new URL(url).port);

describeContainers("the worker's image, run with nothing but itself", (packages) => {
  describeServers('on real servers', (servers) => {
    let rootfs: string;
    let world: World;
    let database: TestDatabase;
    let pod: Pod;
    let env: Record<string, string>;
    beforeAll(async () => {
      const dir = await mkdtemp(join(packages.dir, 'worker-'));
      rootfs = await pullRootfs(pushed(packages, 'worker'), 'amd64', join(dir, 'root'));
      world = await createWorld(servers);
      // The world's own has its tables already.
      database = await createDatabase(servers.postgres);
      const urls = [servers.postgres, servers.nats, servers.redis, world.model.url];
      pod = await startPod(join(dir, 'pod'), { outside: urls.map((url) => portOf(url)) });
      env = { ...world.env, DATABASE_URL: database.url };
    });
    afterAll(async () => {
      await pod[Symbol.asyncDispose]();
      await world.close();
      await database.drop();
    });
    const container = (...args: readonly string[]) => ({
      rootfs,
      args: [...program, ...args],
      env,
      network: pod.pid,
    });

    it('makes its tables, once', async () => {
      const first = await runContainer(container('migrate'));
      expect(first).toMatchObject({ code: 0 });
      expect(first.output).toContain('applied migration 1');
      expect(await runContainer(container('migrate'))).toEqual({
        code: 0,
        output: 'the schema is up to date\n',
      });
    });

    it('finds the stream that it needs', async () => {
      expect(await runContainer(container('ensure-stream'))).toMatchObject({ code: 0 });
    });

    it('runs a job with a tool to its end, and ends when it is told to', async () => {
      await using worker = await startContainer(container('serve'));
      const call = [{ tool: 'double', args: { n: 21 } }];
      const job = testJob({ rounds: [call], text: 'Twice that is 42.' }, [doubleTool]);
      await world.publish(job);
      const { event } = await until(
        'the job has a result',
        async () => (await world.results()).find((result) => result.event['subject'] === job.jobId),
        { seconds: 40, describe: () => worker.output() },
      );
      expect(event).toMatchObject({
        type: 'dev.my-platform.agent.completed',
        data: { job_id: job.jobId, result: { output: 'Twice that is 42.', status: 'completed' } },
      });
      expect(world.model.steps(job.name)).toEqual([1, 1]);
      expect((await worker.ended('SIGTERM')).code).toBe(0);
    });
  });
});
