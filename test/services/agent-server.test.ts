import { Client } from '@langchain/langgraph-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { definition, doubleTool, testJob } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import type { WorkerProcess } from '../servers/worker.ts';
import { script } from '../stubs/model-script.ts';
import type { Script } from '../stubs/model-script.ts';

/** What a person says to an agent whose model follows a script. */
const says = (what: Script) => ({ messages: [{ role: 'user', content: script(what) }] });
const config = { configurable: { agent_definition: definition([doubleTool]) } };
const messagesOf = (values: unknown) => (values as { messages: JsonObject[] }).messages;

describeServers('the Agent Server of a worker', (servers) => {
  let world: World;
  let worker: WorkerProcess;
  let client: Client;
  beforeAll(async () => {
    world = await createWorld(servers);
    worker = await world.worker();
    await worker.ready();
    client = new Client({ apiUrl: worker.url });
  });
  afterAll(() => world.close());

  test('a thread goes on from run to run, and can be read', async () => {
    const { thread_id: thread } = await client.threads.create({ metadata: { of: 'a test' } });
    const one = await client.runs.wait(thread, 'agent', { input: says({ text: 'One.' }), config });
    expect(messagesOf(one).map(({ type }) => type)).toEqual(['human', 'ai']);
    const two = await client.runs.wait(thread, 'agent', { input: says({ text: 'Two.' }), config });
    expect(
      messagesOf(two)
        .map(({ content }) => content)
        .filter((text) => text === 'One.' || text === 'Two.'),
    ).toEqual(['One.', 'Two.']);
    const state = await client.threads.getState(thread);
    expect(messagesOf(state.values)).toHaveLength(4);
    expect(state.next).toEqual([]);
    const past = await client.threads.getHistory(thread, { limit: 100 });
    expect(past.length).toBeGreaterThan(4);
    expect(past[0]?.checkpoint).toEqual(state.checkpoint);
    expect(await client.threads.get(thread)).toMatchObject({ status: 'idle', metadata: { of: 'a test' } });
    expect(await client.runs.list(thread)).toMatchObject([{ status: 'success' }, { status: 'success' }]);
  });

  test('a stream names its run first, and has the parts that were asked for', async () => {
    const { thread_id: thread } = await client.threads.create();
    const parts = [];
    const input = says({ rounds: [[{ tool: 'double', args: { n: 4 } }]], text: 'It is 8.' });
    const streamMode = ['values' as const, 'updates' as const, 'messages-tuple' as const];
    for await (const part of client.runs.stream(thread, 'agent', { input, config, streamMode }))
      parts.push(part);
    expect(parts[0]).toMatchObject({ event: 'metadata', data: { attempt: 1 } });
    expect(new Set(parts.map(({ event }) => event))).toEqual(
      new Set(['metadata', 'values', 'updates', 'messages']),
    );
    const last = parts.findLast(({ event }) => event === 'values');
    expect(messagesOf(last?.data).at(-1)).toMatchObject({ type: 'ai', content: 'It is 8.' });
  });

  test('a run that failed says why, and its thread too', async () => {
    const { thread_id: thread } = await client.threads.create();
    const input = says({ fail: { status: 400, times: 99 } });
    const answer = await client.runs.wait(thread, 'agent', { input, config, raiseError: false });
    expect(answer).toMatchObject({ __error__: { error: 'MODEL_REFUSED' } });
    expect((await client.threads.get(thread)).status).toBe('error');
  });

  describe('when a run is asked for while another runs', () => {
    async function busy(latencyMs = 60_000) {
      const { thread_id: thread } = await client.threads.create();
      const first = await client.runs.create(thread, 'agent', {
        input: says({ latencyMs, text: 'One.' }),
        config,
      });
      await until('it runs', async () => (await client.runs.get(thread, first.run_id)).status === 'running');
      return { thread, first };
    }
    const ask = (thread: string, multitaskStrategy: 'reject' | 'enqueue' | 'interrupt' | 'rollback') =>
      client.runs.wait(thread, 'agent', { input: says({ text: 'Two.' }), config, multitaskStrategy });

    test('reject refuses it', async () => {
      const { thread } = await busy();
      await expect(ask(thread, 'reject')).rejects.toThrow(/422.*already running/);
    });

    test('enqueue lets it wait', async () => {
      const { thread } = await busy(3_000);
      expect(messagesOf(await ask(thread, 'enqueue'))).toHaveLength(4);
    });

    test('interrupt ends the other', async () => {
      const { thread, first } = await busy();
      const said = messagesOf(await ask(thread, 'interrupt')).filter(({ type }) => type === 'ai');
      expect(said).toMatchObject([{ content: 'Two.' }]);
      expect((await client.runs.get(thread, first.run_id)).status).toBe('interrupted');
    });

    test('rollback takes the other back', async () => {
      const { thread, first } = await busy();
      expect(messagesOf(await ask(thread, 'rollback'))).toHaveLength(2);
      await expect(client.runs.get(thread, first.run_id)).rejects.toThrow(/404/);
    });
  });

  test('a state can be changed by hand, and a run goes on from where it was', async () => {
    const { thread_id: thread } = await client.threads.create();
    await client.runs.wait(thread, 'agent', { input: says({ text: 'One.' }), config });
    const before = await client.threads.getState(thread);
    await client.threads.updateState(thread, { values: says({ text: 'By hand.' }) });
    expect(messagesOf((await client.threads.getState(thread)).values)).toHaveLength(3);
    const checkpoint_id = String(before.checkpoint.checkpoint_id);
    const forked = await client.runs.wait(thread, 'agent', {
      input: says({ text: 'Another way.' }),
      config,
      checkpointId: checkpoint_id,
    });
    expect(messagesOf(forked)).toHaveLength(4);
    const old = await client.threads.getState(thread, checkpoint_id);
    expect(messagesOf(old.values)).toEqual(messagesOf(before.values));
  });

  test('a run stops before a node that was named, and goes on when it is told to', async () => {
    const { thread_id: thread } = await client.threads.create();
    const input = says({ rounds: [[{ tool: 'double', args: { n: 4 } }]], text: 'It is 8.' });
    await client.runs.wait(thread, 'agent', { input, config, interruptBefore: ['tools'] });
    expect(await client.threads.get(thread)).toMatchObject({ status: 'interrupted' });
    expect((await client.threads.getState(thread)).next).toEqual(['tools']);
    const rest = await client.runs.wait(thread, 'agent', { input: null, config });
    expect(messagesOf(rest).at(-1)).toMatchObject({ content: 'It is 8.' });
    expect((await client.threads.get(thread)).status).toBe('idle');
  });

  test('a stream goes on in a client that comes back, although the worker was killed', async () => {
    const other = await world.worker();
    await other.ready();
    const { thread_id: thread } = await client.threads.create();
    const run = await client.runs.create(thread, 'agent', {
      input: says({ tokens: 30, tokenMs: 100, text: 'Long.' }),
      config,
      streamMode: ['values', 'messages-tuple'],
    });
    await until('it runs', async () => (await client.runs.get(thread, run.run_id)).status === 'running');
    worker.signal('SIGKILL');
    const elsewhere = new Client({ apiUrl: other.url });
    const parts = [];
    for await (const part of elsewhere.runs.joinStream(thread, run.run_id)) parts.push(part);
    expect(parts.filter(({ event }) => event === 'metadata').length).toBeGreaterThanOrEqual(1);
    expect((await elsewhere.runs.get(thread, run.run_id)).status).toBe('success');
    expect(parts.findLast(({ event }) => event === 'values')).toBeDefined();
    client = elsewhere;
    worker = other;
  });

  test('a thread is found, copied and forgotten', async () => {
    const metadata = { of: `test ${Date.now()}` };
    const { thread_id: thread } = await client.threads.create({ metadata });
    await client.runs.wait(thread, 'agent', { input: says({ text: 'One.' }), config });
    expect(await client.threads.search({ metadata })).toMatchObject([{ thread_id: thread }]);
    const copy = (await client.threads.copy(thread)) as unknown as { thread_id: string };
    expect(messagesOf((await client.threads.getState(copy.thread_id)).values)).toHaveLength(2);
    await client.threads.delete(thread);
    await expect(client.threads.get(thread)).rejects.toThrow(/404/);
    expect(messagesOf((await client.threads.getState(copy.thread_id)).values)).toHaveLength(2);
  });

  test('a run without a thread has one of its own, which nobody finds', async () => {
    const before = await client.threads.search({ limit: 1000 });
    const values = await client.runs.wait(null, 'agent', { input: says({ text: 'Alone.' }), config });
    expect(messagesOf(values)).toHaveLength(2);
    expect(await client.threads.search({ limit: 1000 })).toHaveLength(before.length);
  });

  describe('a tool whose calls a person decides on', () => {
    const asking = structuredClone(config);
    Object.assign((asking.configurable.agent_definition['nodes'] as { config: object }[])[0]?.config ?? {}, {
      interrupt_on: { double: ['approve', 'reject'] },
    });
    const input = says({ rounds: [[{ tool: 'double', args: { n: 4 } }]], text: 'It is done.' });
    const answer = (thread: string, type: string) =>
      client.runs.wait(thread, 'agent', {
        config: asking,
        command: { resume: { decisions: [{ type }] } },
        raiseError: false,
      });

    test('waits without holding anything, also through the death of every worker, and is answered once', async () => {
      const { thread_id: thread } = await client.threads.create();
      const asked = await client.runs.wait(thread, 'agent', { input, config: asking });
      expect(asked).toMatchObject({
        __interrupt__: [{ value: { actionRequests: [{ name: 'double', args: { n: 4 } }] } }],
      });
      worker.signal('SIGKILL');
      worker = await world.worker();
      await worker.ready();
      client = new Client({ apiUrl: worker.url });
      expect(await client.threads.get(thread)).toMatchObject({ status: 'interrupted' });
      const answers = await Promise.all([answer(thread, 'approve'), answer(thread, 'approve')]);
      const texts = answers.map((one) => JSON.stringify(one));
      expect(texts.filter((text) => text.includes('It is done.'))).toHaveLength(1);
      expect(texts.filter((text) => text.includes('given already'))).toHaveLength(1);
      const { values } = await client.threads.getState(thread);
      expect(messagesOf(values).filter(({ type }) => type === 'tool')).toMatchObject([{ content: '8' }]);
    });

    test('is not called when the person says no', async () => {
      const { thread_id: thread } = await client.threads.create();
      await client.runs.wait(thread, 'agent', { input, config: asking });
      await answer(thread, 'reject');
      const { values } = await client.threads.getState(thread);
      const [told] = messagesOf(values).filter(({ type }) => type === 'tool');
      expect(told).toMatchObject({ status: 'error' });
      expect(told?.['content']).not.toBe('8');
    });

    test('over NATS: the event says what is asked, and a job on its thread answers', async () => {
      const first = testJob({}, [doubleTool]);
      const data = {
        ...(first.event['data'] as JsonObject),
        agent_definition: asking.configurable.agent_definition,
      };
      const { jobId } = first;
      await world.publish({ ...first, event: { ...first.event, data: { ...data, input_payload: input } } });
      const { event } = await world.result(jobId);
      expect(event).toMatchObject({
        data: {
          result: {
            status: 'interrupted',
            interrupts: [{ value: { actionRequests: [{ name: 'double' }] } }],
          },
        },
      });
      const second = testJob();
      const run = { command: { resume: { decisions: [{ type: 'approve' }] } } };
      const resumed = { ...data, job_id: second.jobId, input_payload: {}, thread_id: jobId, run };
      await world.publish({ ...second, event: { ...second.event, data: resumed } });
      const { event: end } = await world.result(second.jobId);
      expect(end).toMatchObject({ data: { result: { status: 'completed', output: 'It is done.' } } });
    });
  });

  test('what is not supported is said in words', async () => {
    await expect(client.assistants.getGraph('agent')).rejects.toThrow(/501.*not supported/);
  });
});
