import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { defaultAnswer } from '../../worker/jobs/rules/unanswered.ts';
import type { Json, JsonObject } from '../../worker/json.ts';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { definition, doubleTool, testJob } from '../servers/job.ts';
import { withWorker } from '../servers/with-worker.ts';
import { script } from '../stubs/model-script.ts';

describeServers('a question that nobody answers in time', (servers) => {
  const { world, worker } = withWorker(servers);

  /** An agent that asks before it doubles, and takes silence for a refusal after a while. */
  const asking = (after: string): JsonObject => {
    const one = definition([doubleTool]);
    const [node] = one['nodes'] as { config: object }[];
    Object.assign(node?.config ?? {}, { interrupt_on: { double: ['approve', 'reject'] } });
    return { ...one, unanswered: { after, decision: 'reject', message: 'Nobody was there.' } };
  };
  const at = async (url: string, path: string, body?: object): Promise<JsonObject> => {
    const headers = { 'Content-Type': 'application/json' };
    const init = body && { method: 'POST', headers, body: JSON.stringify(body) };
    return (await (await fetch(`${url}${path}`, init)).json()) as JsonObject;
  };
  const ask = async (after: string, calls = 1): Promise<string> => {
    const thread = randomUUID();
    const round = [{ tool: 'double', args: { n: 4 } }];
    const what = { rounds: Array.from({ length: calls }, () => round), text: 'Done.' };
    await at(worker.url, `/threads/${thread}/runs/wait`, {
      assistant_id: 'agent',
      if_not_exists: 'create',
      input: { messages: [{ role: 'user', content: script(what) }] },
      config: { configurable: { agent_definition: asking(after) } },
    });
    return thread;
  };
  const runsOf = async (url: string, thread: string) =>
    (await at(url, `/threads/${thread}/runs`)) as unknown as JsonObject[];

  test('is answered as its definition says', async () => {
    const thread = await ask('1s');
    await until('that is told', async () =>
      JSON.stringify(await at(worker.url, `/threads/${thread}`)).includes('Nobody was there.'),
    );
    const [first] = (await runsOf(worker.url, thread)).toReversed();
    expect(await at(worker.url, `/jobs/${first?.['run_id'] as string}`)).toMatchObject({
      result: { unanswered: { after_seconds: 1, decision: 'reject', message: 'Nobody was there.' } },
    });
  });

  test('is answered by the person who does so in the same instant, and what is asked next by nobody', async () => {
    const thread = await ask('1h', 2);
    const [first] = await runsOf(worker.url, thread);
    const { result } = await at(worker.url, `/jobs/${first?.['run_id'] as string}`);
    const approved = { decisions: [{ type: 'approve' }] };
    const config = { configurable: { agent_definition: asking('1h') } };
    const answer = async (resume: Json | undefined): Promise<void> => {
      const run = { assistant_id: 'agent', command: { resume }, config };
      expect(await at(worker.url, `/threads/${thread}/runs/wait`, run)).toHaveProperty('messages');
    };
    await answer(approved);
    const next = (await at(worker.url, `/threads/${thread}`))['interrupts'];
    expect(JSON.stringify(next)).toContain('double');
    const late = testJob();
    const run = { command: { resume: defaultAnswer(result as JsonObject) ?? null }, if_late: 'ignore' };
    const own = { agent_definition: asking('1h'), thread_id: thread, run };
    const data = { ...(late.event['data'] as JsonObject), ...own };
    await world.publish({ ...late, event: { ...late.event, data } });
    await world.result(late.jobId);
    expect(await at(worker.url, `/threads/${thread}`)).toMatchObject({
      status: 'interrupted',
      interrupts: next,
    });
    await answer(approved);
    expect(await at(worker.url, `/threads/${thread}`)).toMatchObject({ status: 'idle' });
  });

  test('is answered once although its worker dies before the time is over', async () => {
    const thread = await ask('1s');
    worker.signal('SIGKILL');
    await worker.exited();
    const other = await world.worker();
    await other.ready(120);
    await until(
      'it is answered',
      async () => (await at(other.url, `/threads/${thread}`))['status'] === 'idle',
      { seconds: 120 },
    );
    await world.settled(120);
    expect(await runsOf(other.url, thread)).toHaveLength(2);
  }, 400_000);
});
