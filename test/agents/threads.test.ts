import { MemorySaver } from '@langchain/langgraph';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import type { JobRequest } from '../../worker/ports.ts';
import { startModelServer } from '../stubs/model-server.ts';
import type { ModelServer } from '../stubs/model-server.ts';
import { agentOn, definition, job, testRun } from './fixture.ts';

let model: ModelServer;
beforeAll(async () => {
  model = await startModelServer();
});
afterAll(() => model.close());

const of = definition({ text: 'Well.' });
const asks = (content: string): JsonObject => ({ messages: [{ role: 'user', content }] });
const on = (thread: string, jobId: string, content: string, run?: JsonObject): JobRequest => ({
  ...job(jobId, of, asks(content)),
  thread,
  ...(run && { run }),
});
const said = (events: ReturnType<typeof testRun>['events']) => {
  const last = events.findLast(({ type }) => type === 'on_state_update');
  const { messages } = (last?.data ?? {}) as { messages?: JsonObject[] };
  return messages?.map(({ content }) => content);
};

test('a job goes on with the state that others have left on its thread', async () => {
  const agent = agentOn(model.url);
  const [first, second] = [testRun(), testRun()];
  await agent.run(on('t', 'j1', 'one'), first);
  const outcome = await agent.run(on('t', 'j2', 'two'), second);
  expect(outcome).toMatchObject({ kind: 'completed', resumed: false });
  expect(said(second.events)).toEqual(['one', 'Well.', 'two', 'Well.']);
  await agent.close();
});

test('a job goes on with the thread of another job, under its id', async () => {
  const agent = agentOn(model.url);
  const second = testRun();
  await agent.run(job('j1', of, asks('one')), testRun());
  await agent.run(on('j1', 'j2', 'two'), second);
  expect(said(second.events)).toEqual(['one', 'Well.', 'two', 'Well.']);
  await agent.close();
});

test('a job that is run again after its end gives its result, and asks no model', async () => {
  const agent = agentOn(model.url, {}, new MemorySaver());
  await agent.run(on('t', 'j1', 'one'), testRun());
  const again = testRun();
  expect(await agent.run(on('t', 'j1', 'one'), again)).toMatchObject({ kind: 'completed', resumed: true });
  expect(again.steps).toEqual([]);
  await agent.close();
});

test('what was asked of a run is streamed, after what names it', async () => {
  const agent = agentOn(model.url);
  const run = testRun();
  await agent.run(on('t', 'j1', 'one', { stream_mode: ['values', 'updates', 'messages-tuple'] }), run);
  const parts = run.events.filter(({ type }) => type === 'on_stream').map(({ data }) => data);
  expect(parts[0]).toEqual({ event: 'metadata', data: { run_id: 'j1', attempt: 1 } });
  expect(new Set(parts.map(({ event }) => event))).toEqual(
    new Set(['metadata', 'values', 'updates', 'messages']),
  );
  expect(parts.at(-1)).toMatchObject({
    event: 'values',
    data: {
      messages: [
        { type: 'human', content: 'one' },
        { type: 'ai', content: 'Well.' },
      ],
    },
  });
  await agent.close();
});

test.each([
  { reason: 'a mode that there is not', run: { stream_mode: ['everything'] }, names: 'run.stream_mode.0' },
  { reason: 'a command of another kind', run: { command: 'go' }, names: 'run.command' },
])('$reason is refused in words', async ({ run, names }) => {
  const agent = agentOn(model.url);
  await expect(agent.run(on('t', 'j1', 'one', run), testRun())).rejects.toMatchObject({
    code: 'INVALID_EVENT',
    message: expect.stringContaining(names) as string,
  });
  await agent.close();
});
