import { Client } from '@langchain/langgraph-sdk';
import { jetstream } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { definition, doubleTool, testJob } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import { script } from '../stubs/model-script.ts';

/** An agent whose double tool a person decides on. */
function asking(): JsonObject {
  const one = definition([doubleTool]);
  const [node] = one['nodes'] as { config: object }[];
  Object.assign(node?.config ?? {}, { interrupt_on: { double: ['approve'] } });
  return one;
}

describeServers('answers on their own subject', (servers) => {
  let world: World;
  let client: Client;
  beforeAll(async () => {
    world = await createWorld(servers);
    const worker = await world.worker();
    await worker.ready();
    client = new Client({ apiUrl: worker.url });
  });
  afterAll(() => world.close());

  const resultOf = async (jobId: string) => (await world.result(jobId)).event['data'] as JsonObject;

  test('one is for the question that it names, over HTTP too; for the one before it is refused', async () => {
    const twice = [[{ tool: 'double', args: { n: 4 } }], [{ tool: 'double', args: { n: 8 } }]];
    const first = testJob();
    const said = script({ rounds: twice, text: 'Both.' });
    const data = {
      ...(first.event['data'] as JsonObject),
      agent_definition: asking(),
      input_payload: { messages: [{ role: 'user', content: said }] },
    };
    await world.publish({ ...first, event: { ...first.event, data } });
    const questionOf = async (jobId: string): Promise<string> => {
      const { result } = (await resultOf(jobId)) as { result: { interrupts: { id: string }[] } };
      return result.interrupts[0]?.id ?? '';
    };
    const resume = { decisions: [{ type: 'approve' }] };
    const answer = async (interrupt_id: string): Promise<string> => {
      const { jobId } = testJob();
      const data = { job_id: jobId, trace_id: jobId, thread_id: first.jobId, interrupt_id, resume };
      await jetstream(world.nats).publish(`${world.names.prefix}.resume.${jobId}`, JSON.stringify(data));
      return jobId;
    };
    const one = await questionOf(first.jobId);
    const two = await questionOf(await answer(one));
    expect(two).not.toBe(one);
    const late = `it does not ask ${one}, or that has been answered already; it asks ${two}`;
    expect(await resultOf(await answer(one))).toMatchObject({
      error: { code: 'INVALID_EVENT', message: expect.stringContaining(late) as string },
    });
    const again = await client.runs.wait(first.jobId, 'agent', {
      config: { configurable: { agent_definition: asking() } },
      command: { resume: { [one]: resume } },
      raiseError: false,
    });
    expect(JSON.stringify(again)).toContain(late);
    expect(await resultOf(await answer(two))).toMatchObject({ result: { output: 'Both.' } });
  });

  test('one that names no thread is put aside, and its publisher told', async () => {
    const { jobId } = testJob();
    const wrong = JSON.stringify({ job_id: jobId, trace_id: jobId, resume: true });
    await jetstream(world.nats).publish(`${world.names.prefix}.resume.x`, wrong);
    expect(await resultOf(jobId)).toMatchObject({
      error: { code: 'INVALID_EVENT', message: expect.stringContaining('thread_id') as string },
    });
    const letters = await until('it is put aside', async () => {
      const all = await world.deadLetters();
      return all.filter(({ body }) => body === wrong).length === 1 && all;
    });
    expect(letters.find(({ body }) => body === wrong)?.headers).toMatchObject({
      'Agent-Dead-Code': 'INVALID_EVENT',
    });
  });
});
