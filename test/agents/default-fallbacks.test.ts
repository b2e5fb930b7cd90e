import { describe, expect, test } from 'vitest';
import { needsOf, unknownOf } from '../../worker/agents/definition/needs.ts';
import { parseDefinition } from '../../worker/agents/definition/parse.ts';
import { readAgent } from '../../worker/config/agent.ts';
import { readConfig } from '../../worker/config/config.ts';
import type { JsonObject } from '../../worker/json.ts';
import { askInTurn, asking, claude, error, fromClaude, fromGpt, gpt, node, small } from './ask-in-turn.ts';
import { able } from './definitions.ts';
import { agentOn } from './fixture.ts';

const alone = (model: JsonObject) => ({ nodes: [node(model)] });
const away = () => error(503, 'no');
const others = { more: { defaultFallbacks: [claude] } };

describe('the models that a worker has in the place of others', () => {
  test('are asked where the definition names none', async () => {
    const { result, run } = await askInTurn(
      alone(gpt),
      { gpt: away, claude: () => fromClaude('Hello.') },
      others,
    );
    expect(result['output']).toBe('Hello.');
    expect(run.away).toEqual(['openai']);
  });

  test.each([
    ['names others', asking(gpt, small), 'From the small one.'],
    ['wants none', asking(gpt), undefined],
  ])('are not asked where the definition %s', async (_, of, output) => {
    const answers = { gpt: away, 'gpt-small': () => fromGpt('From the small one.') };
    const { result, failure, requests } = await askInTurn(of, answers, others);
    expect(result['output']).toBe(output);
    expect(failure === undefined).toBe(output !== undefined);
    expect(requests('claude')).toEqual([]);
  });

  test('are gone on with where the worker lacks the provider of the definition', async () => {
    const more = { ...others.more, openai: { apiKey: undefined, baseUrl: undefined } };
    const { result } = await askInTurn(alone(gpt), { claude: () => fromClaude('Hello.') }, { more });
    expect(result['output']).toBe('Hello.');
  });

  test('do not make a provider of a name that nobody knows', () => {
    const capabilities = { ...able, providers: ['anthropic'], defaultFallbacks: [claude] };
    expect(parseDefinition(alone({ ...gpt, provider: 'opnai' }), capabilities).kind).toBe('problems');
  });

  test('are not asked twice', () => {
    const parsed = parseDefinition(alone(gpt), { ...able, defaultFallbacks: [gpt, small] });
    expect(parsed).toMatchObject({ definition: { orchestrator: { model: gpt, fallbacks: [small] } } });
  });

  test.each([
    { of: alone(gpt), needs: ['openai|anthropic'], reason: 'none is named' },
    { of: asking(gpt, small), needs: ['openai'], reason: 'others are named' },
    { of: asking(gpt), needs: ['openai'], reason: 'none is wanted' },
    { of: alone(claude), needs: ['anthropic'], reason: 'it is the same provider' },
    {
      of: { nodes: [node(gpt), node(claude)] },
      needs: ['openai|anthropic', 'anthropic'],
      reason: 'nodes differ',
    },
    { of: { nodes: [{ id: 'a' }] }, needs: [], reason: 'there is no model' },
  ])('are enough for a job where $reason', ({ of, needs }) => {
    expect(needsOf(of as JsonObject, [claude])).toEqual(needs);
  });

  test('are known to the worker that takes jobs', async () => {
    const agent = agentOn('http://127.0.0.1:1/v1', others.more);
    expect(agent.needs(alone(gpt))).toEqual(['openai|anthropic']);
    await agent.close();
  });

  test('are what a job lacks no provider beside', () => {
    const worker = { providers: ['anthropic'], mcpServers: [] };
    expect(unknownOf(alone(gpt), { ...worker, defaultFallbacks: [claude] })).toBeUndefined();
    expect(unknownOf(alone(gpt), { ...worker, defaultFallbacks: [] })).toBe('openai');
  });
});

describe('MODEL_FALLBACKS', () => {
  const keys = { OPENAI_API_KEY: 'key', MODEL_HEADER_TEAM: 'ours' };
  const read = (text: string) => readConfig({ ...keys, MODEL_FALLBACKS: text }, readAgent);

  test.each([
    { text: '', models: [] },
    { text: '[]', models: [] },
    { text: JSON.stringify([gpt, small]), models: [gpt, small] },
    {
      text: JSON.stringify([
        { ...gpt, reasoning_effort: 'low', header_variables: { Team: 'MODEL_HEADER_TEAM' } },
      ]),
      models: [{ ...gpt, reasoningEffort: 'low', headerVariables: { team: 'MODEL_HEADER_TEAM' } }],
    },
  ])('$text', ({ text, models }) => {
    expect(read(text)).toMatchObject({ kind: 'config', config: { defaultFallbacks: models } });
  });

  test.each([
    { text: 'gpt', says: [/^MODEL_FALLBACKS expected a list of models as JSON, got "gpt"$/] },
    { text: '{}', says: [/^MODEL_FALLBACKS expected a list$/] },
    { text: '["gpt"]', says: [/^MODEL_FALLBACKS\[0\] expected an object$/] },
    { text: '[{"provider":"openai"}]', says: [/^MODEL_FALLBACKS\[0\]\.model is required$/] },
    {
      text: JSON.stringify([{ ...gpt, temprature: 1 }, claude]),
      says: [/^MODEL_FALLBACKS\[0\]\.temprature is not a field of a model$/],
    },
    {
      text: JSON.stringify([{ ...gpt, reasoning_effort: 'max' }, claude]),
      says: [
        /^MODEL_FALLBACKS\[0\]\.reasoning_effort "max" is none of provider "openai"/,
        /^MODEL_FALLBACKS\[1\]\.provider "anthropic" is not a provider of this worker: expected one of "openai"$/,
      ],
    },
    {
      text: JSON.stringify([{ ...gpt, header_variables: { Team: 'MODEL_HEADER_OTHER' } }]),
      says: [/MODEL_HEADER_OTHER" is not set where the worker runs$/],
    },
    { text: JSON.stringify(Array.from({ length: 6 }, () => gpt)), says: [/^MODEL_FALLBACKS .*5 items$/] },
  ])('is refused as $text', ({ text, says }) => {
    const found = read(text);
    const problems = found.kind === 'problems' ? found.problems : [];
    const told = problems.map(({ path, message }) => `${path} ${message}`);
    expect(told).toEqual(says.map((each): unknown => expect.stringMatching(each)));
  });
});
