import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { startModelServer } from '../stubs/model-server.ts';
import type { ModelServer } from '../stubs/model-server.ts';
import { agentOn, completed, config, job, testRun } from './fixture.ts';

let models: ModelServer;
beforeAll(async () => {
  models = await startModelServer();
});
afterAll(() => models.close());

/** What the model reads when it calls a tool of these parameters so. */
async function told(parameters: JsonObject, args: JsonObject): Promise<unknown> {
  const runtime = { kind: 'quickjs', script: 'export default () => "ran"' };
  const name = `told-${JSON.stringify([parameters, args]).slice(0, 200)}`;
  const rounds = [[{ tool: 'pay', args }]];
  const of = {
    tool_definitions: [{ name: 'pay', description: 'pays', parameters, runtime }],
    nodes: [{ id: 'a', type: 'Orchestrator', config: config('a', { name, rounds }, { tools: ['pay'] }) }],
  };
  const agent = agentOn(models.url);
  completed(await agent.run(job(name, of), testRun()));
  await agent.close();
  return models.last()?.messages.find(({ role }) => role === 'tool')?.content;
}

const amount = { type: 'object', properties: { amount: { type: 'number' } }, required: ['amount'] };

/** References that double with each level. */
function doubling(levels: number): JsonObject {
  const defs = Object.fromEntries(
    Array.from({ length: levels }, (_, level) => {
      const next = { $ref: `#/$defs/l${level + 1}` };
      return [`l${level}`, { anyOf: [{ allOf: [next, { not: {} }] }, { allOf: [next, { not: {} }] }] }];
    }),
  );
  return {
    type: 'object',
    properties: { x: { $ref: '#/$defs/l0' } },
    $defs: { ...defs, [`l${levels}`]: {} },
  };
}

describe('arguments', () => {
  test.each([
    ['of the wrong type', amount, { amount: 'ten' }, 'amount: expected a number'],
    ['that are missing', amount, {}, 'amount: is required'],
    [
      'that are unknown',
      { ...amount, additionalProperties: false },
      { amount: 1, x: 1 },
      'x: is not a field',
    ],
  ])('%s are told with their field, and no stack', async (_, parameters, args, words) => {
    const answer = await told(parameters, args);
    expect(answer).toEqual(expect.stringContaining(words));
    expect(answer).not.toMatch(/node_modules|\n\s+at /);
  });

  test('of a built-in tool as well', async () => {
    const of = {
      nodes: [
        {
          id: 'a',
          type: 'Orchestrator',
          config: config('a', {
            name: 'built-in',
            rounds: [[{ tool: 'write_file', args: { file_path: 7 } }]],
          }),
        },
      ],
    };
    completed(await agentOn(models.url).run(job('built-in', of), testRun()));
    const answer = models.last()?.messages.find(({ role }) => role === 'tool')?.content;
    expect(answer).toEqual(expect.stringContaining('file_path'));
    expect(answer).not.toMatch(/node_modules|\n\s+at /);
  });

  test.each([
    ['that fit', amount, { amount: 1 }],
    [
      'of a schema in the draft of 2020',
      {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        properties: { t: { prefixItems: [{ type: 'string' }] } },
      },
      { t: ['a'] },
    ],
    [
      'of a schema that cannot be compiled',
      { type: 'object', properties: { t: { $ref: '#/nowhere' } } },
      { t: 1 },
    ],
    [
      'with a format that would take for ever',
      { type: 'object', properties: { t: { type: 'string', format: 'email' } } },
      { t: `${'a.'.repeat(50_000)}@` },
    ],
  ])('%s are run', async (_, parameters, args) => {
    expect(await told(parameters, args)).toBe('ran');
  });

  test('of a schema that takes for ever cost their call and hold up nothing', async () => {
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 20);
    const answer = await told(doubling(40), { x: 1 });
    clearInterval(timer);
    expect(answer).toEqual(expect.stringContaining('ran longer than'));
    expect(ticks).toBeGreaterThan(50);
  });
});
