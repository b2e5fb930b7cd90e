import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { Client } from '@langchain/langgraph-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isJsonObject } from '../../worker/json.ts';
import type { Json } from '../../worker/json.ts';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { definition, doubleTool } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import { script } from '../stubs/model-script.ts';
import type { Script } from '../stubs/model-script.ts';

/** LangGraph's own server, with the graph that a worker makes of the same definition. */
async function startReference(modelUrl: string): Promise<{ url: string; stop(): void }> {
  const main = join(import.meta.dirname, '../stubs/reference-server.ts');
  const child: ChildProcess = spawn(process.execPath, [main], {
    env: { ...process.env, OPENAI_BASE_URL: modelUrl, LANGSMITH_TRACING: 'false' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stdout?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const url = await until('the reference listens', async () => /listening on (\S+)/.exec(log)?.[1], {
    describe: () => log.slice(-2_000),
  });
  return { url, stop: () => void child.kill('SIGKILL') };
}

/** What differs from run to run. */
const CHANGING = /^(created_at|updated_at|langgraph_checkpoint_ns|checkpoint_ns|__pregel_task_id)$|_id$|^id$/;

/** Fields that only one of the two has, or fills in another way; docs/clients.md says so, and why. */
const DIFFERS: Readonly<Record<string, string>> = {
  config: 'a definition is not repeated with each thread and run',
  kwargs: 'what was asked is shown as it was asked, and without the definition',
  multitask_strategy: 'runs wait for each other unless they say otherwise',
  interrupts: 'a thread always says what it waits for, which may be nothing',
  of: 'the metadata of a thread is not repeated with its runs',
  agent_definition: 'as for config',
  'user-agent': 'as for config',
  created_by: 'of the development server',
  langgraph_host: 'of the development server',
  langgraph_plan: 'of the development server',
  langgraph_version: 'of the development server',
  run_attempt: 'is told by the part `metadata` of a stream',
  lc_agent_name: 'for LangSmith',
  ls_agent_type: 'for LangSmith',
  ls_integration: 'for LangSmith',
  result: 'what a task of an older step produced is in the state after it, and is not kept twice',
  tags: 'empty lists of tags are left out there',
};

/** Answers that differ as a whole. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'runs.wait, stopped': 'of a run that stops before a node the state is given there as `__interrupt__: []`',
};

/** The shape of an answer: names, types, order and words; what changes from run to run by its type. */
function shapeOf(value: unknown): Json {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (isJsonObject(value)) {
    const members = Object.entries(value)
      .filter(([key, one]) => !(key in DIFFERS) && one !== null && one !== undefined)
      // The metadata of a checkpoint names the run that made it, and that the assistant.
      .filter(([key]) => !('step' in value && (key === 'assistant_id' || key === 'graph_id')))
      .map(([key, one]): [string, Json] => [
        key.startsWith('chatcmpl-') ? 'a message' : key,
        CHANGING.test(key) ? typeof one : shapeOf(one),
      ])
      .toSorted(([one], [other]) => (one < other ? -1 : 1));
    return Object.fromEntries(members);
  }
  if (typeof value === 'string') return UUID.test(value) ? 'uuid' : value;
  return typeof value === 'number' ? 'number' : (value as Json);
}
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const says = (what: Script) => ({ messages: [{ role: 'user' as const, content: script(what) }] });
const config = { configurable: { agent_definition: definition([doubleTool]) } };

type Answers = Readonly<Record<string, unknown>>;

/** What becomes of one assistant. */
async function tellOfAssistants({ assistants }: Client): Promise<Answers> {
  const answers: Record<string, unknown> = {};
  const metadata = { of: 'conformance' };
  const made = await assistants.create({ graphId: 'agent', name: 'One', metadata });
  const id = made.assistant_id;
  answers['assistants.create'] = made;
  answers['assistants.get'] = await assistants.get(id);
  answers['assistants.update'] = await assistants.update(id, { name: 'Two', metadata: { more: 1 } });
  answers['assistants.getVersions'] = await assistants.getVersions(id);
  answers['assistants.setLatest'] = await assistants.setLatest(id, 1);
  answers['assistants.search'] = await assistants.search({ metadata });
  answers['assistants.count'] = await assistants.count({ metadata });
  await assistants.delete(id);
  answers['assistants.get, deleted'] = await assistants.get(id).catch((error: unknown) => statusOf(error));
  answers['assistants.get, a graph'] = await assistants.get('agent');
  return answers;
}

/** Everything that a client does, one after the other, and what it was answered. */
async function tell(client: Client): Promise<Answers> {
  const answers: Record<string, unknown> = { ...(await tellOfAssistants(client)) };
  const thread = await client.threads.create({ metadata: { of: 'conformance' } });
  answers['threads.create'] = thread;
  const on = thread.thread_id;
  answers['threads.getState, before any run'] = await client.threads.getState(on);
  answers['threads.getHistory, before any run'] = await client.threads.getHistory(on);
  const input = says({ rounds: [[{ tool: 'double', args: { n: 4 } }]], text: 'It is 8.' });
  answers['runs.wait'] = await client.runs.wait(on, 'agent', { input, config });
  answers['threads.get'] = await client.threads.get(on);
  answers['threads.getState'] = await client.threads.getState(on);
  answers['threads.getHistory'] = await client.threads.getHistory(on, { limit: 100 });
  for (const mode of ['values', 'updates', 'messages-tuple', 'messages', 'custom'] as const) {
    const parts = [];
    const asks = { input: says({ text: `In mode ${mode}.` }), config, streamMode: mode };
    for await (const { event, data } of client.runs.stream(on, 'agent', asks)) parts.push({ event, data });
    answers[`runs.stream, ${mode}`] = parts;
  }
  const created = await client.runs.create(on, 'agent', { input: says({ text: 'Later.' }), config });
  answers['runs.create'] = created;
  answers['runs.join'] = await client.runs.join(on, created.run_id);
  answers['runs.get'] = await client.runs.get(on, created.run_id);
  answers['threads.updateState'] = await client.threads.updateState(on, {
    values: { messages: [{ role: 'user', content: 'By hand.' }] },
  });
  const stopped = { input, config, interruptBefore: ['tools'] };
  answers['runs.wait, stopped'] = await client.runs.wait(on, 'agent', stopped);
  answers['threads.get, stopped'] = (await client.threads.get(on)).status;
  answers['threads.getState, stopped'] = (await client.threads.getState(on)).next;
  answers['runs.wait, gone on'] = await client.runs.wait(on, 'agent', { input: null, config });
  answers['threads.search'] = await client.threads.search({ metadata: { of: 'conformance' } });
  answers['threads.update'] = (await client.threads.update(on, { metadata: { more: 1 } })).metadata;
  answers['runs.wait, without a thread'] = await client.runs.wait(null, 'agent', {
    input: says({ text: 'Alone.' }),
    config,
  });
  const failing = says({ fail: { status: 400, times: 99 } });
  const failed = await client.runs.wait(on, 'agent', { input: failing, config, raiseError: false });
  answers['runs.wait, failed'] = Object.keys(failed);
  answers['threads.get, failed'] = (await client.threads.get(on)).status;
  await client.threads.delete(on);
  answers['threads.get, deleted'] = await client.threads.get(on).catch((error: unknown) => statusOf(error));
  answers['runs.create, no such assistant'] = await client.runs
    .create(null, 'nobody', { input })
    .catch((error: unknown) => statusOf(error));
  return answers;
}

function statusOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, 'status') : undefined;
}

describeServers('one script of the SDK on a worker and on the reference server', (servers) => {
  let world: World;
  let ours: Answers;
  let theirs: Answers;
  let reference: Awaited<ReturnType<typeof startReference>>;
  beforeAll(async () => {
    world = await createWorld(servers);
    const [worker, started] = await Promise.all([world.worker(), startReference(world.model.url)]);
    reference = started;
    await worker.ready();
    ours = await tell(new Client({ apiUrl: worker.url }));
    theirs = await tell(new Client({ apiUrl: reference.url }));
  }, 240_000);
  afterAll(async () => {
    reference.stop();
    await world.close();
  });

  test('the same is asked', () => {
    expect(Object.keys(ours)).toEqual(Object.keys(theirs));
  });

  test('and the answers have the same shape and order', () => {
    const compared = Object.keys(theirs).filter((what) => !(what in OTHERWISE));
    for (const what of compared) expect.soft(shapeOf(ours[what]), what).toEqual(shapeOf(theirs[what]));
  });
});
