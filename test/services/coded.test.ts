import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';

/** Three steps that note that they ran; the second takes its time, the third asks. */
const code = `import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Annotation, START, StateGraph, interrupt } from '@langchain/langgraph';
const State = Annotation.Root({ order: Annotation<string>, held: Annotation<boolean>, sent: Annotation<boolean> });
const note = (step: string): void => appendFileSync(process.env['STEPS_FILE'] ?? '', step + '\\n');
export const graph = new StateGraph(State)
  .addNode('check', () => { note('check'); return {}; })
  .addNode('hold', async () => { note('hold'); await sleep(2_000); return { held: true }; })
  .addNode('send', () => { note('send'); return { sent: interrupt({ question: 'Send it?' }) }; })
  .addEdge(START, 'check').addEdge('check', 'hold').addEdge('hold', 'send');`;

describeServers('an agent in code whose worker is killed', (servers) => {
  let world: World;
  let folder: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    world = await createWorld(servers);
    folder = await mkdtemp(join(tmpdir(), 'zerotouch-code-'));
    await writeFile(join(folder, 'langgraph.json'), '{"graphs": {"orders": "./orders.ts:graph"}}');
    await writeFile(join(folder, 'orders.ts'), code);
    env = { AGENTS_CODE_DIR: folder, STEPS_FILE: join(folder, 'steps') };
    await writeFile(join(folder, 'steps'), '');
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  const steps = async (): Promise<readonly string[]> =>
    (await readFile(join(folder, 'steps'), 'utf8')).split('\n').filter((step) => step !== '');
  const publish = async (subject: string, id: string, data: JsonObject): Promise<void> => {
    const body = new TextEncoder().encode(JSON.stringify({ ...data, job_id: id, trace_id: id }));
    await jetstream(world.nats).publish(`${world.names.prefix}.${subject}.${id}`, body);
  };

  test('goes on from its last step on another, asks, and is answered although all workers were gone', async () => {
    const victim = await world.worker(env);
    await victim.ready();
    const jobId = randomUUID();
    const input = { order: 'E5' };
    await publish('execute', jobId, { agent: 'orders', input_payload: input });
    await until('it holds', async () => (await steps()).includes('hold'));
    victim.signal('SIGKILL');
    await victim.exited();

    const second = await world.worker(env);
    const asked = await world.result(jobId);
    expect(asked.event).toMatchObject({
      data: { result: { status: 'interrupted', state: { ...input, held: true } } },
    });
    expect(await steps()).toEqual(['check', 'hold', 'hold', 'send']);
    expect(victim.log()).toContain('"msg":"job started"');
    expect(second.log()).toMatch(/"crashes":1,"msg":"job resumed: attempt 2 of 6, from step 2"/);
    await world.settled();
    second.signal('SIGKILL');
    await second.exited();

    const answerId = randomUUID();
    await publish('resume', answerId, { thread_id: jobId, resume: false });
    const third = await world.worker(env);
    const answered = await world.result(answerId);
    expect(answered.event).toMatchObject({
      type: 'dev.my-platform.agent.completed',
      data: { result: { status: 'completed', state: { ...input, held: true, sent: false } } },
    });
    expect(await steps()).toEqual(['check', 'hold', 'hold', 'send', 'send']);
    await world.settled();
    third.signal('SIGTERM');
    expect(await third.exited()).toBe(0);
    expect(await world.deadLetters()).toEqual([]);
  });

  test('a worker without the agent leaves its jobs to one that has it', async () => {
    const without = await world.worker();
    await without.ready();
    const jobId = randomUUID();
    // It cannot find the agent by its name, but gets the job that another has accepted.
    await publish('execute', jobId, {
      agent_definition: { graph: 'orders' },
      input_payload: { order: 'F6' },
    });
    await until('it has been seen', async () => (await world.status(jobId)) !== undefined);
    const withIt = await world.worker(env);
    const { event } = await world.result(jobId);
    expect(event).toMatchObject({ data: { result: { status: 'interrupted', state: { order: 'F6' } } } });
    for (const worker of [without, withIt]) {
      worker.signal('SIGTERM');
      expect(await worker.exited()).toBe(0);
    }
  });

  test('a worker whose agents cannot be had says which, and does not start', async () => {
    await writeFile(join(folder, 'langgraph.json'), '{"graphs": {"orders": "./orders.ts:grahp"}}');
    const worker = await world.worker(env);
    expect(await worker.exited()).toBe(2);
    expect(worker.log()).toContain(
      `orders (${join(folder, 'orders.ts')}, export grahp): there is no such export, but graph`,
    );
  });
});
