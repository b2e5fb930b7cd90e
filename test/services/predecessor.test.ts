import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { definition } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import { script } from '../stubs/model-script.ts';
import type { Script } from '../stubs/model-script.ts';

describeServers('the routes of deepagents-runtime', (servers) => {
  let world: World;
  let url: string;
  beforeAll(async () => {
    world = await createWorld(servers);
    const worker = await world.worker();
    await worker.ready();
    url = `${worker.url}/deepagents-runtime`;
  });
  afterAll(() => world.close());

  const invoke = (body: JsonObject) => fetch(`${url}/invoke`, { method: 'POST', body: JSON.stringify(body) });
  const state = async (thread: string) =>
    (await (await fetch(`${url}/state/${thread}`)).json()) as JsonObject;
  const ended = (thread: string) =>
    until('it has ended', async () => {
      const now = await state(thread);
      return now['status'] === 'running' ? undefined : now;
    });
  const asking = (what: Script) => ({ ...definition(), user_request: script(what) });

  test('a job that is asked for inside its definition runs, and says that it runs until it has ended', async () => {
    const answer = await invoke({ agent_definition: asking({ latencyMs: 6_000, text: 'Done.' }) });
    expect(answer.status).toBe(200);
    const { thread_id: thread, status } = (await answer.json()) as { thread_id: string; status: string };
    expect(status).toBe('started');
    expect(await state(thread)).toMatchObject({ thread_id: thread, status: 'running', result: null });
    expect(await ended(thread)).toMatchObject({
      status: 'completed',
      result: { output: 'Done.' },
      error: null,
    });
  });

  test('an input counts before it, and the id of a job makes it one job', async () => {
    const body = {
      job_id: randomUUID(),
      trace_id: 'a trace',
      agent_definition: asking({ text: 'of the definition' }),
      input_payload: { messages: [{ role: 'user', content: script({ text: 'of the input' }) }] },
    };
    expect(await (await invoke(body)).json()).toEqual({ thread_id: body.job_id, status: 'started' });
    expect((await invoke(body)).status).toBe(200);
    expect(await ended(body.job_id)).toMatchObject({ result: { output: 'of the input' } });
    expect((await invoke({ ...body, input_payload: { user_request: 'another' } })).status).toBe(409);
  });

  test('a job that failed says why', async () => {
    const answer = await invoke({ agent_definition: asking({ fail: { status: 400, times: 99 } }) });
    const { thread_id: thread } = (await answer.json()) as { thread_id: string };
    expect(await ended(thread)).toMatchObject({ status: 'failed', result: null, error: /./ });
  });

  test('what is no job is refused in words, and what is not there is not found', async () => {
    expect(await (await invoke({ agent_definition: {} })).json()).toMatchObject({
      problems: [{ path: 'agent_definition' }, { path: 'input_payload' }],
    });
    expect((await fetch(`${url}/state/nobody`)).status).toBe(404);
  });
});
