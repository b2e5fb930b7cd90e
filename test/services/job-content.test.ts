import { expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { doubleTool, testJob } from '../servers/job.ts';
import { withWorker } from '../servers/with-worker.ts';

describeServers('what jobs were asked for, have made, and could not be', (servers) => {
  const { world, worker } = withWorker(servers, { RETRY_PATIENCE: '0s' });

  const ask = async (path: string, method = 'GET') => {
    const response = await fetch(`${worker.url}${path}`, { method });
    return { status: response.status, body: (await response.json()) as JsonObject };
  };

  test('the request of a job over NATS, with its definition and its thread', async () => {
    const one = testJob({ text: 'Honey.' });
    await world.publish(one);
    await world.result(one.jobId);
    const { agent_definition, input_payload, trace_id } = one.event['data'] as JsonObject;
    expect(await ask(`/jobs/${one.jobId}/request`)).toEqual({
      status: 200,
      body: { job_id: one.jobId, trace_id, thread_id: one.jobId, agent_definition, input_payload, run: null },
    });
    expect((await ask('/jobs/nobody/request')).status).toBe(404);
  });

  test('the state of a job stays its own when others go on with its thread', async () => {
    const one = testJob({ rounds: [[{ tool: 'double', args: { n: 4 } }]], text: 'Eight.' }, [doubleTool]);
    await world.publish(one);
    await world.result(one.jobId);
    const next = testJob({ text: 'Nine.' }, [doubleTool]);
    const data = { ...(next.event['data'] as JsonObject), thread_id: one.jobId };
    await world.publish({ ...next, event: { ...next.event, data } });
    await world.result(next.jobId);
    const said = async (jobId: string) => {
      const { values } = (await ask(`/jobs/${jobId}/state`)).body as { values: { messages: JsonObject[] } };
      return values.messages.map(({ type, content }) => (type === 'human' ? type : content));
    };
    const history = await fetch(`${worker.url}/threads/${one.jobId}/history`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ limit: 100, metadata: { run_id: next.jobId } }),
    });
    const made = (await history.json()) as { metadata: JsonObject }[];
    expect(new Set(made.map(({ metadata }) => metadata['run_id']))).toEqual(new Set([next.jobId]));
    expect(await said(one.jobId)).toEqual(['human', '', '8', 'Eight.']);
    expect(await said(next.jobId)).toEqual(['human', '', '8', 'Eight.', 'human', 'Nine.']);
  });

  test('a dead letter is listed and taken up again, once', async () => {
    const one = testJob({ fail: { status: 503, times: 3 } });
    await world.publish(one);
    const letter = await until('it is put aside', async () => {
      const { letters } = (await ask('/dead-letters?limit=200')).body as { letters: JsonObject[] };
      return letters.find(({ job_id }) => job_id === one.jobId);
    });
    expect(letter).toMatchObject({ code: 'MODEL_UNAVAILABLE', cut: false, subject: expect.any(String) });
    const replay = `/dead-letters/${Number(letter['number'])}/replay`;
    expect(await ask(replay, 'POST')).toMatchObject({ status: 200, body: { job_id: one.jobId } });
    expect((await ask(replay, 'POST')).status).toBe(404);
    expect((await ask('/dead-letters?from=0')).status).toBe(422);
  });
});
