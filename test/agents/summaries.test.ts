import { expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { chat, delta, toolCall } from '../stubs/raw-chat.ts';
import type { RawAnswer } from '../stubs/raw-model.ts';
import { ask, liveText, toolAnswers } from './ask.ts';

const said = (content: string): RawAnswer => ({ body: chat([delta({ content }, 'stop')]) });
const tooLong: RawAnswer = {
  status: 400,
  body: '{"error":{"message":"the request exceeds the available context size"}}',
};

/** A conversation that grows too long after four calls; `summary` answers the question for one. */
const growing =
  (summary: RawAnswer) =>
  (body: JsonObject): RawAnswer => {
    if (body['tools'] === undefined) return summary;
    if (JSON.stringify(body['messages']).includes('<summary>')) return said('fine');
    const calls = toolAnswers(body).length;
    if (calls >= 4) return tooLong;
    return { body: chat([toolCall('charge', `{"amount":${calls}}`), delta({}, 'tool_calls')]) };
  };

test('a conversation that is too long is summarized, which watchers do not see as text of the answer', async () => {
  const { result, run, requests } = await ask(growing(said('four charges were made')));
  expect(result['output']).toBe('fine');
  expect(JSON.stringify(requests.at(-1))).toContain('four charges were made');
  expect(liveText(run)).toBe('fine');
});

test.each<[string, RawAnswer, string]>([
  ['says nothing', { body: chat([delta({ content: '' }, 'stop')]) }, 'ANSWER_EMPTY'],
  ['is filtered', { body: chat([delta({ content: 'x' }, 'content_filter')]) }, 'ANSWER_EMPTY'],
  ['breaks off', { body: chat([delta({ content: 'x' })], '') }, 'MODEL_UNAVAILABLE'],
  ['is refused for now', { status: 429, body: '{"error":{"message":"slow down"}}' }, 'MODEL_UNAVAILABLE'],
])('a summary that %s does not take the place of the conversation', async (_, summary, code) => {
  const { failure } = await ask(growing(summary));
  expect(failure).toMatchObject({ code });
});

test('a summary is asked for of the conversation as it was, whatever stands in it', async () => {
  const priced = "costs $& or $' or $$5";
  const talking = growing(said('it has a price'));
  const { result, requests } = await ask((body) => {
    const isFirst = body['tools'] !== undefined && toolAnswers(body).length === 0;
    if (!isFirst || JSON.stringify(body).includes('<summary>')) return talking(body);
    const call = toolCall('charge', '{"amount":1}');
    return { body: chat([delta({ content: priced }), call, delta({}, 'tool_calls')]) };
  });
  expect(result['output']).toBe('fine');
  const asked = requests.find((body) => body['tools'] === undefined) ?? {};
  const [message] = asked['messages'] as { readonly content: string }[];
  expect(message?.content).toContain(priced);
});
