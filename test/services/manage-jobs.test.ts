import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { doubleTool, testJob } from '../servers/job.ts';
import { withWorker } from '../servers/with-worker.ts';
import { runWorker } from '../servers/worker.ts';
import { follow } from './sse.ts';

describeServers('jobs are listed and taken up again', (servers) => {
  const { world, worker } = withWorker(servers);

  const ask = async (path: string, method = 'GET') => {
    const response = await fetch(`${worker.url}/jobs${path}`, { method });
    return { status: response.status, body: (await response.json()) as JsonObject };
  };
  const statusOf = async (jobId: string) => (await ask(`/${jobId}`)).body['status'];

  /** A model that refuses each of its two calls once. */
  const refusedTwice = () =>
    testJob({ rounds: [[{ tool: 'double', args: { n: 4 } }]], fail: { status: 400, times: 1 } }, [
      doubleTool,
    ]);

  test('a job that failed goes on from its checkpoint when it is retried', async () => {
    const one = refusedTwice();
    await world.publish(one);
    await until('it fails', async () => (await statusOf(one.jobId)) === 'failed');
    expect(await ask(`/${one.jobId}/retry`, 'POST')).toEqual({
      status: 202,
      body: { job_id: one.jobId, status: 'queued' },
    });
    await until('it fails at its second call', async () => {
      const { body } = await ask(`/${one.jobId}`);
      return body['status'] === 'failed' && body['attempts'] === 2;
    });
    await ask(`/${one.jobId}/retry`, 'POST');
    await until('it is completed', async () => (await statusOf(one.jobId)) === 'completed');
    expect(world.model.steps(one.name)).toEqual([2, 2]);
    const ends = (await world.results()).filter(({ jobId }) => jobId === one.jobId);
    expect(new Set(ends.map(({ id }) => id)).size).toBe(3);
    const types = (await follow(`${worker.url}/jobs/${one.jobId}/events`)).map(({ event }) => event);
    expect(types.filter((type) => type === 'end')).toHaveLength(3);
    expect(types.at(-1)).toBe('end');
    expect(types).toContain('on_attempt');
    expect((await ask(`/${one.jobId}/retry`, 'POST')).status).toBe(409);
  });

  test('who watches a job that is taken up again hears it to its new end', async () => {
    const one = testJob({ fail: { status: 400, times: 1 }, latencyMs: 1_500 });
    await world.publish(one);
    await until('it fails', async () => (await statusOf(one.jobId)) === 'failed');
    await ask(`/${one.jobId}/retry`, 'POST');
    const frames = await follow(`${worker.url}/jobs/${one.jobId}/events`);
    expect(frames.map(({ event }) => event).filter((type) => type === 'end')).toHaveLength(2);
    expect(await statusOf(one.jobId)).toBe('completed');
  });

  test('a malformed job is replaced by a corrected one of its id', async () => {
    const one = testJob();
    const data = one.event['data'] as JsonObject;
    await world.publish({ ...one, event: { ...one.event, data: { ...data, input_payload: {} } } });
    await until('it fails', async () => (await statusOf(one.jobId)) === 'failed');
    expect((await ask(`/${one.jobId}/retry`, 'POST')).status).toBe(409);
    await world.publish(one);
    await until('it is completed', async () => (await statusOf(one.jobId)) === 'completed');
  });

  describe('GET /jobs', () => {
    test('pages through what is asked for, and counts', async () => {
      const jobs = [testJob(), testJob(), testJob({ fail: { status: 400, times: 9 } })];
      for (const job of jobs) await world.publish(job);
      for (const { jobId } of jobs) await world.result(jobId);
      const failed = await ask(`?status=failed&code=MODEL_REFUSED&text=${jobs[2]?.jobId ?? ''}&counts=true`);
      expect(failed.body).toMatchObject({
        jobs: [{ job_id: jobs[2]?.jobId, agent: 'test-agent', error: { code: 'MODEL_REFUSED' } }],
        next: null,
        counts: { failed: 1, completed: 0, failed_by_code: { MODEL_REFUSED: 1 } },
      });
      const seen: unknown[] = [];
      let next: string | null = '';
      while (next !== null) {
        const { body } = await ask(`?status=completed,failed&agent=test-agent&limit=2&after=${next}`);
        seen.push(...(body['jobs'] as JsonObject[]).map((job) => job['job_id']));
        next = body['next'] as string | null;
      }
      expect(new Set(seen).size).toBe(seen.length);
      for (const { jobId } of jobs) expect(seen).toContain(jobId);
    });

    test('says everything that is wrong with a query', async () => {
      const { status, body } = await ask('?status=broken&older=soon&limit=9999&colour=red');
      expect(status).toBe(422);
      expect((body['problems'] as JsonObject[]).map(({ path }) => path)).toEqual([
        'status',
        'older',
        'limit',
        '',
      ]);
      expect(JSON.stringify(body)).toContain('colour');
    });
  });

  describe('a fork', () => {
    const fork = async (jobId: string, body: object) => {
      const response = await fetch(`${worker.url}/jobs/${jobId}/fork`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'Content-Type': 'application/json' },
      });
      return { status: response.status, body: (await response.json()) as JsonObject };
    };
    const checkpointsOf = async (jobId: string) =>
      (await ask(`/${jobId}/checkpoints`)).body['checkpoints'] as { checkpoint_id: string; job_id: string }[];

    test('takes the steps after a checkpoint again, and leaves the job as it is', async () => {
      const one = testJob({ rounds: [[{ tool: 'double', args: { n: 4 } }]] }, [doubleTool]);
      await world.publish(one);
      const { event } = await world.result(one.jobId);
      expect(world.model.steps(one.name)).toEqual([1, 1]);
      const checkpoints = await checkpointsOf(one.jobId);
      expect(checkpoints.length).toBeGreaterThan(3);
      const jobId = `fork-of-${one.jobId}`;
      const taken = await Promise.all(
        checkpoints.map(async ({ checkpoint_id }, index) =>
          fork(one.jobId, { job_id: `${jobId}-${index}`, checkpoint_id }),
        ),
      );
      expect(taken.map(({ status }) => status)).toEqual(checkpoints.map(() => 202));
      const results = await Promise.all(checkpoints.map((_, index) => world.result(`${jobId}-${index}`)));
      const output = ({ data }: JsonObject) => ((data as JsonObject)['result'] as JsonObject)['output'];
      for (const result of results) expect(output(result.event)).toBe(output(event));
      const [first = 0, last = 0] = world.model.steps(one.name);
      expect(last).toBeGreaterThan(first);
      expect(await statusOf(one.jobId)).toBe('completed');
    });

    test('is told something else where it starts', async () => {
      const one = testJob({ text: 'First.' });
      await world.publish(one);
      await world.result(one.jobId);
      const jobId = `told-${one.jobId}`;
      const input_payload = { messages: [{ role: 'user', content: 'And then?' }] };
      expect((await fork(one.jobId, { job_id: jobId, input_payload })).status).toBe(202);
      await world.result(jobId);
      const { messages = [] } = world.model.last() ?? {};
      expect(messages.filter(({ role }) => role === 'user')).toHaveLength(2);
    });

    test('does not stand in the way of the job: retried, it goes on from its own checkpoint', async () => {
      const one = refusedTwice();
      await world.publish(one);
      await until('it fails', async () => (await statusOf(one.jobId)) === 'failed');
      await ask(`/${one.jobId}/retry`, 'POST');
      await until('it fails at its second call', async () => {
        const { body } = await ask(`/${one.jobId}`);
        return body['status'] === 'failed' && body['attempts'] === 2;
      });
      const jobId = `beside-${one.jobId}`;
      const input_payload = { messages: [{ role: 'user', content: 'Another way, please.' }] };
      expect((await fork(one.jobId, { job_id: jobId, input_payload })).status).toBe(202);
      await world.result(jobId);
      const [before = 0] = world.model.steps(one.name);
      await ask(`/${one.jobId}/retry`, 'POST');
      await until('it is completed', async () => (await statusOf(one.jobId)) === 'completed');
      expect(world.model.steps(one.name)[0]).toBe(before);
      const { messages = [] } = world.model.last() ?? {};
      expect(messages.filter(({ role }) => role === 'user')).toHaveLength(1);
    });

    test('needs a job, a checkpoint of it and an id that is free', async () => {
      const one = testJob();
      await world.publish(one);
      await world.result(one.jobId);
      expect((await fork('nobody', { job_id: 'x' })).status).toBe(404);
      expect((await fork(one.jobId, { job_id: 'x', checkpoint_id: 'none' })).status).toBe(404);
      expect((await fork(one.jobId, { job_id: one.jobId })).status).toBe(409);
      expect((await fork(one.jobId, { job_id: '', checkpoint: 'x' })).status).toBe(422);
    });
  });

  describe('the commands', () => {
    const call = (...args: string[]) => runWorker(args, world.env);

    test('list, show, retry, cancel and watch', async () => {
      const one = testJob({ fail: { status: 400, times: 1 }, latencyMs: 500 });
      await world.publish(one);
      await until('it fails', async () => (await statusOf(one.jobId)) === 'failed');
      const listed = await call('jobs', 'list', '--status', 'failed', '--text', one.jobId);
      expect(listed.output).toMatch(new RegExp(`^JOB .*\\n${one.jobId} +failed .*MODEL_REFUSED`));
      expect((await call('jobs', 'list', '--text', one.jobId, '--counts', '--json')).output).toBe(
        `${JSON.stringify({ status: 'failed', code: 'MODEL_REFUSED', jobs: 1 })}\n`,
      );
      expect(JSON.parse((await call('jobs', 'show', one.jobId)).output)).toMatchObject({ status: 'failed' });
      expect((await call('jobs', 'retry', one.jobId)).output).toBe(`${one.jobId}: waits for a worker\n`);
      const watched = await call('jobs', 'watch', one.jobId);
      expect(watched.code).toBe(0);
      const events = watched.output.trim().split('\n');
      expect(events.map((line) => (JSON.parse(line) as { type: string }).type).at(-1)).toBe('end');
      const again = await call('jobs', 'retry', one.jobId, 'nobody');
      expect(again).toMatchObject({ code: 1, output: expect.stringContaining('it is completed') });
      expect((await call('jobs', 'cancel', one.jobId)).output).toContain('it is finished');
      const long = testJob({ latencyMs: 20_000 });
      await world.publish(long);
      await until('it runs', async () => (await statusOf(long.jobId)) === 'running');
      expect(await call('jobs', 'cancel', long.jobId)).toMatchObject({ code: 0 });
      expect((await world.result(long.jobId)).event).toMatchObject({
        data: { error: { code: 'CANCELLED' } },
      });
    });

    test('dead letters are listed and taken up again', async () => {
      const one = testJob({ fail: { status: 503, times: 3 } });
      const impatient = await world.worker({ RETRY_PATIENCE: '0s' });
      await impatient.ready();
      worker.signal('SIGTERM');
      await worker.exited();
      await world.publish(one);
      await until('it is put aside', async () =>
        (await world.deadLetters()).some(({ body }) => body.includes(one.jobId)),
      );
      const { output } = await call('dead', 'list');
      const [, number = ''] = new RegExp(`^(\\d+) .*${one.jobId} +MODEL_UNAVAILABLE`, 'm').exec(output) ?? [];
      expect((await call('dead', 'replay', number)).output).toContain('goes on from its last checkpoint');
      await until('it is completed', async () => (await world.status(one.jobId)) === 'completed');
      expect((await call('dead', 'list')).output).not.toContain(one.jobId);
      expect(await call('dead', 'replay', number)).toMatchObject({ code: 1 });
    });
  });
});
