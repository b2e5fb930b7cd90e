import { expect, test } from 'vitest';
import { until } from '../engine/until.ts';
import { chat, delta, toolCall } from '../stubs/raw-chat.ts';
import { startRawModel } from '../stubs/raw-model.ts';
import type { RawAnswer } from '../stubs/raw-model.ts';
import { Failure } from '../../worker/jobs/rules/failures.ts';
import { agentOn, completed, job, testRun } from './fixture.ts';

const TASKS = 12;
const MOST = 3;

const model = { provider: 'openai', model: 'm' };
const node = (id: string, type: string) => ({
  id,
  type,
  config: { name: id, system_prompt: `I am ${id}.`, model },
});
const team = { nodes: [node('chief', 'Orchestrator'), node('helper', 'Specialist')] };
const task = '{"description":"Do it.","subagent_type":"helper"}';
const tasks = Array.from({ length: TASKS }, (_, index) =>
  toolCall('task', task, { index, id: `call_${index}` }),
);
const handsOut: RawAnswer = { body: chat([...tasks, delta({}, 'tool_calls')]) };
const says: RawAnswer = { body: chat([delta({ content: 'Done.' }, 'stop')]) };

/** A model whose orchestrator hands out all tasks in one answer, and whose specialists answer when they are let. */
async function startTeam() {
  const held: (() => void)[] = [];
  const seen = { most: 0 };
  const server = await startRawModel(async (body) => {
    const conversation = JSON.stringify(body['messages']);
    if (conversation.includes('I am chief.')) return conversation.includes('call_0') ? says : handsOut;
    await new Promise<void>((resolve) => {
      seen.most = Math.max(seen.most, held.push(resolve));
    });
    return says;
  });
  return { server, held, seen };
}

const settings = { modelCalls: MOST };
const full = (held: readonly unknown[], places: number) =>
  until(`${places} calls are under way`, async () => held.length >= places, { seconds: 60 });

test('of a job whose specialists all begin at once no more ask than may, and all have their turn', async () => {
  const { server, held, seen } = await startTeam();
  const agent = agentOn(`${server.origin}/v1`, settings);
  const running = agent.run(job('many', team), testRun());
  for (let answered = 0; answered < TASKS; answered += 1) {
    await full(held, Math.min(MOST, TASKS - answered));
    held.shift()?.();
  }
  expect(completed(await running).result['output']).toBe('Done.');
  expect(seen.most).toBe(MOST);
  expect(server.requests).toHaveLength(TASKS + 2);
  await agent.close();
  await server.close();
});

test('a job that has all its calls under way keeps no other from its own', async () => {
  const { server, held } = await startTeam();
  const agent = agentOn(`${server.origin}/v1`, settings);
  const running = ['one', 'two'].map((id) => agent.run(job(id, team), testRun()));
  await full(held, 2 * MOST);
  const letAll = setInterval(() => held.splice(0).forEach((go) => go()), 5);
  for (const outcome of await Promise.all(running)) completed(outcome);
  clearInterval(letAll);
  expect(server.requests).toHaveLength(2 * (TASKS + 2));
  await agent.close();
  await server.close();
});

test('calls that wait are not made when their job ends', async () => {
  const { server, held } = await startTeam();
  const agent = agentOn(`${server.origin}/v1`, settings);
  const run = testRun();
  const running = agent.run(job('ends', team), run);
  await full(held, MOST);
  run.ending.abort(new Failure('CANCELLED', 'enough'));
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  await agent.close();
  expect(server.requests).toHaveLength(MOST + 1);
  held.forEach((go) => go());
  await server.close();
});
