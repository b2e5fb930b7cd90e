import { describe, expect, test } from 'vitest';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { doubleTool, testJob } from '../servers/job.ts';
import type { TestJob } from '../servers/job.ts';
import { withWorker } from '../servers/with-worker.ts';
import { problems } from '../worker/told.ts';
import { follow } from './sse.ts';

/** Writes a file; two of them are larger than a message may be. */
const fillTool = {
  ...doubleTool,
  name: 'fill',
  runtime: {
    kind: 'quickjs',
    script: `export default ({ path }) => ({ content: 'ok', update: { files: { [path]: 'x'.repeat(600000) } } });`,
  },
};

describeServers('the HTTP side of a worker', (servers) => {
  const { world, worker } = withWorker(servers, { MAX_REQUEST_BYTES: '200000', EVENT_STREAM_LENGTH: '100' });

  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(worker.url, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers,
    });
  const accept = async (job: TestJob) => {
    const response = await post(job.event, { Prefer: 'respond-async' });
    expect(response.status).toBe(202);
  };
  const job = async (jobId: string) => {
    const response = await fetch(`${worker.url}/jobs/${jobId}`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const events = (jobId: string) => `${worker.url}/jobs/${jobId}/events`;
  const cancel = (jobId: string) => fetch(`${worker.url}/jobs/${jobId}/cancel`, { method: 'POST' });

  describe('POST /', () => {
    test('waits for the result and answers with the event that is also published', async () => {
      const one = testJob({ text: 'Hello.' });
      const response = await post(one.event);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain('application/cloudevents+json');
      const answer = (await response.json()) as Record<string, unknown>;
      const { event } = await world.result(one.jobId);
      expect(answer).toMatchObject({
        id: event['id'],
        type: 'dev.my-platform.agent.completed',
        data: event['data'],
      });
    });

    test('answers 200 also when the agent failed', async () => {
      const one = testJob({ fail: { status: 400, times: 99 } });
      const response = await post(one.event);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({
        type: 'dev.my-platform.agent.failed',
        data: { error: { code: 'MODEL_REFUSED' } },
      });
    });

    test('takes a CloudEvent in binary mode', async () => {
      const one = testJob();
      const headers = { 'ce-specversion': '1.0', 'ce-type': 'x', 'ce-source': 'y', 'ce-id': 'z' };
      expect((await post(one.event['data'], headers)).status).toBe(200);
    });

    test('answers 202 at once when asked to, and the job goes on', async () => {
      const one = testJob({ latencyMs: 300 });
      const response = await post(one.event, { Prefer: 'respond-async, wait=5' });
      expect(response.status).toBe(202);
      expect(response.headers.get('location')).toBe(`/jobs/${one.jobId}`);
      await world.result(one.jobId);
      expect((await job(one.jobId)).body).toMatchObject({
        status: 'completed',
        attempts: 1,
        result: { output: 'All done.' },
        error: null,
      });
    });

    test('the same job again is answered from its result, and does not run again', async () => {
      const one = testJob();
      const [first, second] = [await post(one.event), await post(one.event)];
      expect([first.status, second.status]).toEqual([200, 200]);
      expect(await second.json()).toEqual(await first.json());
      expect(world.model.steps(one.name)).toEqual([1]);
    });

    test('another job under the same id is refused', async () => {
      const one = testJob();
      await accept(one);
      const data = one.event['data'];
      const other = { ...(data as object), input_payload: { messages: [{ role: 'user', content: 'else' }] } };
      expect((await post(other)).status).toBe(409);
    });

    test.each([
      { reason: 'no JSON', body: '{', status: 400, path: '' },
      {
        reason: 'no definition',
        body: { job_id: 'a', trace_id: 'b', input_payload: { a: 1 } },
        status: 400,
        path: 'agent_definition',
      },
      {
        reason: 'a definition that cannot run',
        body: { job_id: 'a', trace_id: 'b', agent_definition: { name: 'x' }, input_payload: { a: 1 } },
        status: 400,
        path: 'nodes',
      },
    ])('says what is wrong: $reason', async ({ body, status, path }) => {
      const response = await post(body);
      expect(response.status).toBe(status);
      const { problems } = (await response.json()) as { problems: { path: string }[] };
      expect(problems.map((problem) => problem.path)).toContain(path);
    });

    test('refuses what is too large', async () => {
      expect((await post('x'.repeat(200_001))).status).toBe(413);
    });
  });

  describe('GET /jobs/{id}/events', () => {
    test('replays a job from the start, in order, with one end', async () => {
      const one = testJob({ rounds: [[{ tool: 'double', args: { n: 4 } }]], text: 'It is 8.' }, [doubleTool]);
      await post(one.event);
      const frames = await follow(events(one.jobId));
      const types = frames.map(({ event }) => event);
      expect(types.filter((type) => type === 'end')).toHaveLength(1);
      expect(types.at(-1)).toBe('end');
      expect(types).toContain('on_llm_stream');
      expect(types.filter((type) => type === 'on_state_update').length).toBeGreaterThanOrEqual(2);
      expect(types.indexOf('on_tool_start')).toBeLessThan(types.indexOf('on_tool_end'));
      expect(frames.every(({ event, data }) => data['event_type'] === event)).toBe(true);
      expect(frames.flatMap(({ data }) => problems('events', 'payload', data))).toEqual([]);
    });

    test('is live: events arrive while the job runs', async () => {
      const one = testJob({ tokens: 1_000, tokenMs: 50 });
      await accept(one);
      const frames = await follow(events(one.jobId), {}, (seen) => seen.length >= 3);
      expect(frames.map(({ event }) => event)).not.toContain('end');
      expect((await job(one.jobId)).body['status']).toBe('running');
      await cancel(one.jobId);
      await world.result(one.jobId);
    });

    test('goes on where a client left off', async () => {
      const one = testJob({ rounds: [[{ tool: 'double', args: { n: 4 } }]] }, [doubleTool]);
      await post(one.event);
      const all = await follow(events(one.jobId));
      const rest = await follow(events(one.jobId), { 'Last-Event-ID': all[2]?.id ?? '' });
      expect(rest).toEqual(all.slice(3));
    });

    test('tells a client that came too late how the job stands', async () => {
      const one = testJob();
      await post(one.event);
      const frames = await follow(events(one.jobId), { 'Last-Event-ID': '1-0' });
      expect(frames[0]?.event).toBe('state');
      expect(frames[0]?.data).toMatchObject({ data: { status: 'completed' } });
      expect(frames.flatMap(({ data }) => problems('events', 'payload', data))).toEqual([]);
      expect(frames.at(-1)?.event).toBe('end');
    });

    test('of a failed job gives the error, then the end', async () => {
      const one = testJob({ fail: { status: 400, times: 99 } });
      await post(one.event);
      const frames = await follow(events(one.jobId));
      expect(frames.slice(-2).map(({ event }) => event)).toEqual(['error', 'end']);
    });
  });

  describe('POST /jobs/{id}/cancel', () => {
    test('ends a job that runs, within a heartbeat', async () => {
      const one = testJob({ latencyMs: 20_000 });
      await accept(one);
      await until('it runs', async () => (await job(one.jobId)).body['status'] === 'running');
      expect((await cancel(one.jobId)).status).toBe(202);
      const { event } = await world.result(one.jobId);
      expect(event).toMatchObject({ data: { error: { code: 'CANCELLED' } } });
      expect((await job(one.jobId)).body['status']).toBe('cancelled');
      expect((await follow(events(one.jobId))).at(-1)?.event).toBe('end');
    });

    test('is refused for a job that is finished or unknown', async () => {
      const one = testJob();
      await post(one.event);
      expect((await cancel(one.jobId)).status).toBe(409);
      expect((await cancel('nobody')).status).toBe(404);
    });
  });

  test('a result too large for NATS goes by reference, and the reference can be followed', async () => {
    const one = testJob({ rounds: ['/a', '/b'].map((path) => [{ tool: 'fill', args: { path } }]) }, [
      fillTool,
    ]);
    await world.publish(one);
    const { event } = await world.result(one.jobId);
    const { result } = event['data'] as { result: { ref: string; status: string } };
    expect(result.status).toBe('completed');
    const answer = await fetch(worker.url + result.ref);
    const whole = (await answer.json()) as { result: { files: Record<string, unknown> } };
    expect(JSON.stringify(whole.result.files).length).toBeGreaterThan(1_200_000);
  });
});
