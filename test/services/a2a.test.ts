import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Role, TaskState } from '@a2a-js/sdk';
import type { Message, Part, StreamResponse, Task } from '@a2a-js/sdk';
import { Client as LangGraph } from '@langchain/langgraph-sdk';
import { jetstream } from '@nats-io/jetstream';
import { ClientFactory, DefaultAgentCardResolver, JsonRpcTransportFactory } from '@a2a-js/sdk/client';
import type { Client } from '@a2a-js/sdk/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../worker/json.ts';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { definition, doubleTool } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import type { WorkerProcess } from '../servers/worker.ts';
import { script } from '../stubs/model-script.ts';
import type { Script } from '../stubs/model-script.ts';

const [first, second] = ['the first tenant', 'the second tenant'];

/** An agent whose double tool a person decides on. */
function asking(): JsonObject {
  const one = definition([doubleTool]);
  const [node] = one['nodes'] as { config: object }[];
  Object.assign(node?.config ?? {}, { interrupt_on: { double: ['approve'] }, description: 'It doubles.' });
  return one;
}

describeServers('agents over A2A 1.0, by its own SDK', (servers) => {
  let world: World;
  let worker: WorkerProcess;
  let client: Client;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'a2a-'));
    await writeFile(join(folder, 'doubler.json'), JSON.stringify(asking()));
    world = await createWorld(servers);
    worker = await world.worker({
      AGENTS_DIR: folder,
      API_TOKENS: JSON.stringify({ first, second }),
    });
    await worker.ready();
    client = await clientOf(first);
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  const clientOf = async (token: string, agent = 'doubler'): Promise<Client> => {
    const fetchImpl: typeof fetch = (input, init) => {
      const headers = new Headers(init?.headers);
      headers.set('Authorization', `Bearer ${token}`);
      return fetch(input, { ...init, headers });
    };
    const factory = new ClientFactory({
      transports: [new JsonRpcTransportFactory({ fetchImpl })],
      cardResolver: new DefaultAgentCardResolver({ fetchImpl }),
    });
    return factory.createFromUrl(`${worker.url}/a2a/${agent}/`);
  };
  const part = (content: NonNullable<Part['content']>): Part => ({
    content,
    metadata: undefined,
    filename: '',
    mediaType: '',
  });
  const request = (said: Script | Json, ids: Partial<Message> = {}) => ({
    tenant: '',
    metadata: undefined,
    configuration: undefined,
    message: {
      messageId: randomUUID(),
      contextId: '',
      taskId: '',
      role: Role.ROLE_USER,
      parts: [
        ids.taskId === undefined
          ? part({ $case: 'text', value: script(said as Script) })
          : part({ $case: 'data', value: said }),
      ],
      metadata: undefined,
      extensions: [],
      referenceTaskIds: [],
      ...ids,
    },
  });
  const send = async (...said: Parameters<typeof request>): Promise<Task> =>
    (await client.sendMessage(request(...said))) as Task;
  const outputOf = ({ artifacts }: Task): unknown => artifacts[0]?.parts[0]?.content?.value;
  const question = { rounds: [[{ tool: 'double', args: { n: 4 } }]], text: 'It is eight.' };
  const approve = { decisions: [{ type: 'approve' }] };

  test('the card says who it is, and where and how it is talked to', async () => {
    const card = await client.getAgentCard();
    expect(card).toMatchObject({
      name: 'doubler',
      description: expect.stringContaining('It doubles.') as string,
      supportedInterfaces: [
        { url: `${worker.url}/a2a/doubler`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
      ],
      capabilities: { streaming: true },
    });
  });

  test('an assistant has a card however many others there are', async () => {
    const { assistants } = new LangGraph({ apiUrl: worker.url, apiKey: first });
    const config = { configurable: { agent_definition: asking() } };
    const { assistant_id } = await assistants.create({ graphId: 'agent', name: 'the oldest', config });
    for (let made = 0; made < 200; made += 1) await assistants.create({ graphId: 'agent', config });
    expect(await (await clientOf(first, assistant_id)).getAgentCard()).toMatchObject({ name: 'the oldest' });
  });

  test('a message is a job, its task is that job, and the next one goes on in its context', async () => {
    const task = await send({ text: 'Hello.' });
    expect(task.status?.state).toBe(TaskState.TASK_STATE_COMPLETED);
    expect(outputOf(task)).toBe('Hello.');
    expect(await world.status(task.id)).toBe('completed');
    expect(await client.getTask({ id: task.id, tenant: '', historyLength: undefined })).toEqual(task);
    const next = await send({ text: 'Again.' }, { contextId: task.contextId });
    expect([next.contextId, outputOf(next)]).toEqual([task.contextId, 'Again.']);
  });

  test('what an agent asks is answered on its task, once although two people do', async () => {
    const asked = await send(question);
    expect(asked.status?.state).toBe(TaskState.TASK_STATE_INPUT_REQUIRED);
    expect(JSON.stringify(asked.status?.message)).toContain('actionRequests');
    const ids = { taskId: asked.id, contextId: asked.contextId };
    const wrong = { ...request(approve, ids) };
    wrong.message.parts = [part({ $case: 'text', value: 'yes' })];
    await expect(client.sendMessage(wrong)).rejects.toThrow(/expected a part with data/);
    const [one, two] = await Promise.all([send(approve, ids), send(approve, ids)]);
    expect([one.id, outputOf(one), two.id, outputOf(two)]).toEqual([
      asked.id,
      'It is eight.',
      asked.id,
      'It is eight.',
    ]);
    await expect(send(approve, ids)).rejects.toThrow(/asks nothing/);
  });

  const answered: readonly [string, (context: string) => Promise<unknown>][] = [
    [
      'the SDK of LangGraph, as the page does',
      (context) =>
        new LangGraph({ apiUrl: worker.url, apiKey: first }).runs.create(context, 'doubler', {
          command: { resume: approve },
        }),
    ],
    [
      'NATS',
      (context) => {
        const data = { job_id: randomUUID(), trace_id: 'of a test', thread_id: context, resume: approve };
        return jetstream(world.nats).publish(`${world.names.prefix}.resume.x`, JSON.stringify({ data }));
      },
    ],
  ];
  test.each(answered)(
    'a task whose question is answered over %s goes on, and SubscribeToTask follows it to its end',
    async (_, answer) => {
      const asked = await send({ ...question, latencyMs: 2_000 });
      expect(asked.status?.state).toBe(TaskState.TASK_STATE_INPUT_REQUIRED);
      const ids = { id: asked.id, tenant: '' };
      const state = async () => (await client.getTask({ ...ids, historyLength: undefined })).status?.state;
      await answer(asked.contextId);
      await until('it goes on', async () => (await state()) !== TaskState.TASK_STATE_INPUT_REQUIRED);
      const seen: StreamResponse[] = [];
      for await (const one of client.resubscribeTask(ids)) seen.push(one);
      expect(seen[0]?.payload).toMatchObject({ $case: 'task', value: { id: asked.id } });
      expect(seen.at(-1)?.payload?.value).toMatchObject({
        taskId: asked.id,
        status: { state: TaskState.TASK_STATE_COMPLETED },
      });
      expect(outputOf(await client.getTask({ ...ids, historyLength: undefined }))).toBe('It is eight.');
      const late = { taskId: asked.id, contextId: asked.contextId };
      await expect(send(approve, late)).rejects.toThrow(/asks nothing/);
    },
  );

  test('SubscribeToTask follows a task that runs, and says of one that has ended how it stands', async () => {
    const { configuration: _, ...asked } = request({ latencyMs: 2_000, tokens: 5, text: 'Slow.' });
    const configuration = {
      acceptedOutputModes: [],
      taskPushNotificationConfig: undefined,
      returnImmediately: true,
    };
    const { id } = (await client.sendMessage({ ...asked, configuration })) as Task;
    const follow = async () => {
      const seen: StreamResponse[] = [];
      for await (const one of client.resubscribeTask({ id, tenant: '' })) seen.push(one);
      return seen.map(({ payload }) => payload?.$case);
    };
    const kinds = await follow();
    expect([kinds[0], ...kinds.slice(-2)]).toEqual(['task', 'artifactUpdate', 'statusUpdate']);
    expect(await follow()).toEqual(['task']);
  });

  test('a stream says what is written, then what came of it', async () => {
    const seen: StreamResponse[] = [];
    for await (const one of client.sendMessageStream(request({ latencyMs: 500, tokens: 5 }))) seen.push(one);
    const kinds = seen.map(({ payload }) => payload?.$case);
    expect([kinds[0], ...kinds.slice(-2)]).toEqual(['task', 'artifactUpdate', 'statusUpdate']);
    expect(kinds.slice(1, -2)).toContain('statusUpdate');
    expect(seen.at(-1)?.payload?.value).toMatchObject({ status: { state: TaskState.TASK_STATE_COMPLETED } });
  });

  test('a task that runs is cancelled, and then is no more', async () => {
    const { configuration: _, ...asked } = request({ latencyMs: 10_000, text: 'Late.' });
    const configuration = {
      acceptedOutputModes: [],
      taskPushNotificationConfig: undefined,
      returnImmediately: true,
    };
    const { id } = (await client.sendMessage({ ...asked, configuration })) as Task;
    const cancelled = await client.cancelTask({ id, tenant: '', metadata: undefined });
    expect(cancelled.status?.state).toBe(TaskState.TASK_STATE_CANCELED);
    await expect(client.cancelTask({ id, tenant: '', metadata: undefined })).rejects.toThrow(/does not run/);
  });

  test('a task is nobody else’s', async () => {
    const { id } = await send({ text: 'Mine.' });
    const other = await clientOf(second);
    const asked = { id, tenant: '', historyLength: undefined };
    await expect(other.getTask(asked)).rejects.toThrow(/there is no job/);
    await expect(other.cancelTask({ id, tenant: '', metadata: undefined })).rejects.toThrow(
      /there is no job/,
    );
    await expect(other.sendMessage(request(approve, { taskId: id }))).rejects.toThrow(/there is no job/);
    await expect(clientOf('nobody')).rejects.toThrow(/401/);
    await expect(clientOf(first, 'nobody')).rejects.toThrow(/404/);
  });

  test('what cannot be read is refused in words', async () => {
    const post = (body: unknown, headers = {}) =>
      fetch(`${worker.url}/a2a/doubler`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${first}`, 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
    const call = { jsonrpc: '2.0', id: 1, method: 'GetTask', params: { id: 'x' } };
    expect(await (await post({ ...call, method: 'ListTasks' })).json()).toMatchObject({
      error: { message: expect.stringContaining('GET /jobs') as string },
    });
    expect((await post([call])).status).toBe(400);
    expect((await post(call, { 'A2A-Version': '0.3' })).status).toBe(400);
  });
});
