import { AIMessage, HumanMessage } from '@langchain/core/messages';
import type { BaseMessage } from '@langchain/core/messages';
import { MemorySaver } from '@langchain/langgraph';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenAgent } from '../../worker/agents/agent.ts';
import { allProblems } from '../../worker/agents/definition/parse.ts';
import { answerInForm } from '../../worker/agents/model/answer-form.ts';
import type { JsonObject } from '../../worker/json.ts';
import type { Script } from '../stubs/model-script.ts';
import { startModelServer } from '../stubs/model-server.ts';
import type { ModelServer } from '../stubs/model-server.ts';
import { able, node, problems, tool } from './definitions.ts';
import { agentOn, completed, config, job, quick, testRun } from './fixture.ts';

const format = {
  type: 'object',
  properties: { city: { type: 'string' }, people: { type: 'integer', minimum: 1 } },
  required: ['city', 'people'],
  additionalProperties: false,
};
const bern = { city: 'Bern', people: 134_000 };
const answer = (args: JsonObject) => ({ tool: 'structured_response', args });

let models: ModelServer;
let agent: OpenAgent;
beforeAll(async () => {
  models = await startModelServer();
  agent = agentOn(models.url);
});
afterAll(async () => {
  await agent.close();
  await models.close();
});

/** A definition whose one node answers in the form, and may call `look`. */
function formed(what: Script, more: JsonObject = {}): JsonObject {
  const runtime = { kind: 'quickjs', script: quick };
  return {
    tool_definitions: [{ name: 'look', description: 'looks', runtime }],
    nodes: [
      {
        id: 'a',
        type: 'Orchestrator',
        config: config('a', what, { tools: ['look'], response_format: format, ...more }),
      },
    ],
  };
}

const run = (name: string, rounds: Script['rounds'] & object, more: JsonObject = {}) =>
  agent.run(job(name, formed({ name, rounds }, more)), testRun());

describe('the result has the answer in its form', () => {
  test('after other tools, as it was given, and as the output', async () => {
    const { result } = completed(await run('plain', [[{ tool: 'look', args: { n: 1 } }], [answer(bern)]]));
    const output = JSON.stringify(bern);
    expect(result).toMatchObject({ status: 'completed', output, structured_response: bern });
    expect(result).not.toHaveProperty('state');
    const told = models.last()?.tools?.find(({ function: { name } }) => name === 'structured_response');
    expect(told?.function).toMatchObject({ parameters: format });
  });

  test('once it fits: what does not is told to the model with its field', async () => {
    const wrong = { city: 'Bern', people: 0 };
    const { result } = completed(await run('mended', [[answer(wrong)], [answer(bern)]]));
    expect(result).toMatchObject({ structured_response: bern });
    const read = models.last()?.messages.find(({ role }) => role === 'tool')?.content;
    expect(read).toEqual(expect.stringContaining('people: must be >= 1'));
  });

  test('also where another tool was called beside it', async () => {
    const { result } = completed(await run('beside', [[answer(bern), { tool: 'look', args: { n: 1 } }]]));
    expect(result).toMatchObject({ structured_response: bern });
  });

  test('of two the later', async () => {
    const later = { ...bern, city: 'Thun' };
    const { result } = completed(await run('twice', [[answer(bern), answer(later)]]));
    expect(result).toMatchObject({ structured_response: later });
  });

  test('when it was read from its checkpoint alone', async () => {
    const saver = new MemorySaver();
    const of = formed({ name: 'resumed', rounds: [[answer(bern)]] });
    for (const resumed of [false, true]) {
      const other = agentOn(models.url, {}, saver);
      const outcome = completed(await other.run(job('resumed', of), testRun()));
      expect(outcome).toMatchObject({ resumed, result: { structured_response: bern } });
      await other.close();
    }
  });
});

test('a model that answers in words is asked for the form', async () => {
  const asked: (readonly string[])[] = [];
  const call = { id: 'c', name: 'structured_response', args: bern };
  const answers = [new AIMessage('134000 people.'), new AIMessage({ content: '', tool_calls: [call] })];
  const question = [new HumanMessage('How many?')];
  const ask = (messages: readonly BaseMessage[]): Promise<AIMessage> => {
    asked.push(messages.map(({ text }) => text));
    return Promise.resolve(answers[asked.length - 1] ?? new AIMessage('again'));
  };
  expect(await answerInForm(ask, question, question)).toBe(answers[1]);
  const reminder = 'Give your answer by calling structured_response, with nothing beside it.';
  expect(asked).toEqual([['How many?'], ['How many?', '134000 people.', reminder]]);
});

describe('a model that does not answer in the form ends the job in words', () => {
  test('when it goes on in words', async () => {
    await expect(run('words', [])).rejects.toMatchObject({
      code: 'ANSWER_UNSTRUCTURED',
      message: expect.stringContaining('answered in words') as string,
    });
    expect(models.steps('words')).toEqual([3]);
  });

  test('when none of its answers fits', async () => {
    const rounds = Array.from({ length: 20 }, () => [answer({ city: 'Bern' })]);
    await expect(run('misfits', rounds)).rejects.toMatchObject({
      code: 'ANSWER_UNSTRUCTURED',
      message: expect.stringMatching(
        /5 answers of the model in a row did not fit .*people: is required/,
      ) as string,
    });
  });
});

test('a specialist hands its answer back as JSON, and needs none of the orchestrator', async () => {
  const task = { tool: 'task', args: { description: 'count', subagent_type: 'counter' } };
  const of = {
    nodes: [
      { id: 'o', type: 'Orchestrator', config: config('o', { name: 'team', rounds: [[task]] }) },
      {
        id: 's',
        type: 'Specialist',
        config: config('counter', { name: 'counter', rounds: [[answer(bern)]] }, { response_format: format }),
      },
    ],
  };
  const { result } = completed(await agent.run(job('team', of), testRun()));
  expect(result).not.toHaveProperty('structured_response');
  const read = models.last()?.messages.find(({ role }) => role === 'tool')?.content;
  expect(JSON.parse(String(read))).toEqual(bern);
});

describe('a schema that no answer can be judged by is refused', () => {
  const at = 'nodes[0].config.response_format';
  test.each<[string, JsonObject, string]>([
    ['no object', { type: 'array', properties: {} }, `${at}.type expected "object"`],
    ['no fields', { type: 'object' }, `${at}.properties is required`],
    [
      'an unknown type',
      { type: 'object', properties: { a: { type: 'txt' } } },
      `${at}.properties.a.type expected one of "array", "boolean", "integer", "null", "number", "object", "string"`,
    ],
    [
      'names that are no list',
      { type: 'object', properties: {}, required: 'a' },
      `${at}.required expected a list`,
    ],
    [
      'a list of schemas as of old',
      { type: 'object', properties: { a: { items: [{}] } } },
      `${at}.properties.a.items expected an object,boolean`,
    ],
    [
      'a regular expression',
      { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } } },
      `${at}.properties.a.pattern is not supported; say in \`description\` what the text must look like`,
    ],
    [
      'a reference to nowhere',
      { type: 'object', properties: { a: { $ref: '#/$defs/b' } } },
      `${at}.properties.a.$ref "#/$defs/b" leads nowhere in this schema`,
    ],
    [
      'a reference to elsewhere',
      { type: 'object', properties: { a: { $ref: 'https://example.com/a' } } },
      `${at}.properties.a.$ref must stay within the schema: expected a text that starts with "#"`,
    ],
    [
      'another place to start from',
      { type: 'object', properties: { a: { $id: 'x', type: 'string' } } },
      `${at}.properties.a.$id is not supported; use \`$defs\` and \`$ref\``,
    ],
  ])('%s', (_, response_format, words) => {
    expect(problems({ nodes: [node('a', { response_format })] })).toEqual([words]);
  });

  test('and the wrong type is told once where all is told', () => {
    const response_format = { type: 'txt', properties: {} };
    const told = allProblems({ nodes: [node('a', { response_format })] }, able);
    expect(told).toEqual([{ path: `${at}.type`, message: 'expected "object"' }]);
  });

  test('what Pydantic and Zod write is taken', () => {
    const response_format = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'Town',
      type: 'object',
      properties: { mayor: { $ref: '#/$defs/Person' }, twins: { type: 'array', prefixItems: [{}] } },
      $defs: { Person: { type: 'object', properties: { name: { type: 'string', format: 'email' } } } },
    };
    expect(problems({ nodes: [node('a', { response_format })] })).toEqual([]);
  });

  test('a tool of the name that takes the answer', () => {
    const of = {
      tool_definitions: [tool('structured_response')],
      nodes: [node('a', { tools: ['structured_response'], response_format: format }), node('b')],
    };
    expect(problems(of)).toEqual([
      'nodes[0].config.tools[0] "structured_response" is the tool that takes the answer of response_format; choose another name',
    ]);
  });
});
