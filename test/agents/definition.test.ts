import { describe, expect, test } from 'vitest';
import { GraphCache } from '../../worker/agents/execution/graph-cache.ts';
import { parseDefinition } from '../../worker/agents/definition/parse.ts';
import type { JsonObject } from '../../worker/json.ts';
import { able, model, node, problems, tool } from './definitions.ts';

/** The shape of the predecessor's own sample: six nodes' worth of it in three, its tools in Python. */
const known: JsonObject = {
  tool_definitions: [
    {
      name: 'generate_diff',
      runtime: { script: 'def generate_diff(a: str): return a', dependencies: ['langchain-core'] },
    },
  ],
  nodes: [
    {
      id: 'builder',
      type: 'Orchestrator',
      config: { name: 'Builder Agent Orchestrator', system_prompt: 'p', model, tools: [] },
    },
    {
      id: 'spec-agent',
      type: 'Specialist',
      config: {
        name: 'Spec Agent',
        description: 'writes',
        system_prompt: 'p',
        model,
        tools: ['generate_diff'],
        state_schema: { proposed_changes: { type: 'list', item_type: 'dict', reducer: 'add_messages' } },
      },
    },
  ],
};

describe('a definition that can run', () => {
  test('in the known shape', () => {
    const parsed = parseDefinition(known, { ...able, python: true });
    expect(parsed).toMatchObject({
      kind: 'definition',
      definition: {
        orchestrator: { id: 'builder', name: 'Builder Agent Orchestrator', tools: [] },
        specialists: [
          { id: 'spec-agent', description: 'writes', fields: new Map([['proposed_changes', 'list']]) },
        ],
        tools: new Map([['generate_diff', { name: 'generate_diff', runtime: { kind: 'python' } }]]),
      },
    });
  });

  test.each<[string, JsonObject]>([
    [
      'with the schema’s own fields',
      { name: 'n', version: '1', tool_definitions: [], nodes: [node('a')], edges: [] },
    ],
    [
      'with what an editor keeps',
      { nodes: [{ ...node('a'), position: { x: 1 } }], metadata: {}, user_request: 'x' },
    ],
    ['with types in small letters', { nodes: [node('a', {}, 'orchestrator'), node('b', {}, 'specialist')] }],
    ['with `model_name`', { nodes: [node('a', { model: { provider: 'openai', model_name: 'm' } })] }],
    [
      'with edges',
      { nodes: [node('a'), node('b')], edges: [{ source: 'a', target: 'b', type: 'orchestrator' }] },
    ],
    [
      'with a server of the worker',
      {
        tool_definitions: [{ name: 't', runtime: { kind: 'mcp', server: 'search' } }],
        nodes: [node('a', { tools: ['t'] })],
      },
    ],
    [
      'with a server by address',
      {
        tool_definitions: [{ name: 't', runtime: { kind: 'mcp', url: 'https://tools.example.org/mcp' } }],
        nodes: [node('a')],
      },
    ],
    [
      'with an argument called pattern',
      {
        tool_definitions: [
          tool('t', { parameters: { type: 'object', properties: { pattern: { type: 'string' } } } }),
        ],
        nodes: [node('a')],
      },
    ],
  ])('%s', (_reason, definition) => {
    expect(problems(definition)).toEqual([]);
  });

  test('has its first node for an orchestrator when none is named', () => {
    const parsed = parseDefinition({ nodes: [node('a'), node('b')] }, able);
    expect(parsed).toMatchObject({ definition: { orchestrator: { id: 'a' }, specialists: [{ id: 'b' }] } });
  });

  test('introduces a specialist by the start of its prompt', () => {
    const parsed = parseDefinition({ nodes: [node('a', { system_prompt: 'x'.repeat(300) })] }, able);
    expect(parsed).toMatchObject({ definition: { orchestrator: { description: 'x'.repeat(200) } } });
  });

  test('leaves the model to the worker', () => {
    const parsed = parseDefinition(
      { nodes: [node('a', { model: { provider: 'openai' } })] },
      { ...able, defaultModel: 'own' },
    );
    expect(parsed).toMatchObject({ definition: { orchestrator: { model: { model: 'own' } } } });
  });
});

test.each([
  [
    model,
    [
      { provider: 'anthropic', model: 'away' },
      { provider: 'openai', model: 'own' },
    ],
  ],
  [{ provider: 'anthropic', model: 'away' }, [model, { provider: 'openai', model: 'own' }]],
])('of the models of a node those are left whose provider the worker has', (first, fallbacks) => {
  const parsed = parseDefinition({ nodes: [node('a', { model: { ...first, fallbacks } })] }, able);
  const own = [{ provider: 'openai', model: 'own' }];
  expect(parsed).toMatchObject({ definition: { orchestrator: { model, fallbacks: own } } });
});

test('a definition with the names of prototypes is read like any other', () => {
  const text = `{"nodes": [{"id": "__proto__", "type": "Orchestrator", "__proto__": {"type": "x"},
    "config": {"name": "constructor", "system_prompt": "p", "model": {"provider": "openai", "model": "m"},
    "state_schema": {"__proto__": {"type": "list"}}}}], "edges": [{"source": "toString", "target": "__proto__"}]}`;
  expect(problems(JSON.parse(text) as JsonObject)).toEqual([
    'nodes[0].config.state_schema.__proto__ must be letters, digits and "_", a letter first',
    'edges[0].source "toString" is not the id of a node: expected one of "__proto__"',
  ]);
  expect(Reflect.get({}, 'type')).toBeUndefined();
});

test('a definition deeper than the stack is refused', () => {
  const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) as JsonObject[string];
  const definition = { tool_definitions: [tool('t', { parameters: { x: deep } })], nodes: [node('a')] };
  const { parsed } = new GraphCache(able).prepared(definition);
  expect(parsed).toEqual({
    kind: 'problems',
    problems: [{ path: '', message: expect.stringContaining('100 levels') }],
  });
});
