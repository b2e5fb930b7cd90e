import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { model, node, problems, script, tool } from './definitions.ts';

describe('a definition that cannot run says where and why', () => {
  test.each<[string, JsonObject, string]>([
    ['no nodes', {}, 'nodes is required'],
    ['an empty list of nodes', { nodes: [] }, 'nodes expected at least 1 of them'],
    ['nodes that are no list', { nodes: {} }, 'nodes expected a list'],
    [
      'a flat node, as in some old descriptions',
      { nodes: [{ id: 'a', type: 'orchestrator', name: 'x' }] },
      'nodes[0].config is required',
    ],
    [
      'an unknown type',
      { nodes: [node('a', {}, 'agent')] },
      'nodes[0].type expected one of "Orchestrator", "Specialist", "orchestrator", "specialist"',
    ],
    [
      'a misspelt field',
      { nodes: [node('a', { sytem_prompt: 'x' })] },
      'nodes[0].config.sytem_prompt is not a field of a definition',
    ],
    [
      'an address for the model, which would get the worker’s key',
      { nodes: [node('a', { model: { ...model, base_url: 'https://x' } })] },
      'nodes[0].config.model.base_url is not a field of a definition',
    ],
    [
      'an unknown provider',
      { nodes: [node('a', { model: { provider: 'cohere', model: 'm' } })] },
      'nodes[0].config.model.provider "cohere" is not a provider of this worker: expected one of "openai"',
    ],
    ...(
      [
        ['azure_openai', 'it is provider "azure", of workers with AZURE_OPENAI_ENDPOINT'],
        ['Azure', 'it is provider "azure", of workers with AZURE_OPENAI_ENDPOINT'],
        ['bedrock_converse', 'it is provider "bedrock", of workers with BEDROCK_REGION'],
        ['google-genai', 'it is provider "google", of workers with GOOGLE_API_KEY or GOOGLE_CLOUD_PROJECT'],
        ['gemini', 'it is provider "google", of workers with GOOGLE_API_KEY or GOOGLE_CLOUD_PROJECT'],
        ['ollama', 'it speaks the protocol of "openai" at OPENAI_BASE_URL=http://HOST:11434/v1'],
      ] as const
    ).map(([provider, way]): [string, JsonObject, string] => [
      `a provider that this worker does not have: ${provider}`,
      { nodes: [node('a', { model: { provider, model: 'm' } })] },
      `nodes[0].config.model.provider "${provider}" is not a provider of this worker: expected one of "openai"; ${way}`,
    ]),
    [
      'a provider with the name of what every object has',
      { nodes: [node('a', { model: { provider: 'constructor', model: 'm', reasoning_effort: 'low' } })] },
      'nodes[0].config.model.provider "constructor" is not a provider of this worker: expected one of "openai"',
    ],
    [
      'a fallback of a provider that nobody knows',
      { nodes: [node('a', { model: { ...model, fallbacks: [{ provider: 'opnai', model: 'm' }] } })] },
      'nodes[0].config.model.fallbacks[0].provider "opnai" is not a provider of this worker: expected one of "openai"',
    ],
    [
      'a fallback that names no model',
      { nodes: [node('a', { model: { ...model, fallbacks: [{ provider: 'openai' }] } })] },
      'nodes[0].config.model.fallbacks[0].model is required',
    ],
    [
      'a fallback of a fallback',
      { nodes: [node('a', { model: { ...model, fallbacks: [{ ...model, fallbacks: [model] }] } })] },
      'nodes[0].config.model.fallbacks[0].fallbacks is not a field of a definition',
    ],
    [
      'an effort that the provider of a fallback does not have',
      { nodes: [node('a', { model: { ...model, fallbacks: [{ ...model, reasoning_effort: 'max' }] } })] },
      'nodes[0].config.model.fallbacks[0].reasoning_effort "max" is none of provider "openai": expected one of "none", "minimal", "low", "medium", "high", "xhigh"',
    ],
    [
      'an effort of the other provider',
      { nodes: [node('a', { model: { ...model, reasoning_effort: 'max' } })] },
      'nodes[0].config.model.reasoning_effort "max" is none of provider "openai": expected one of "none", "minimal", "low", "medium", "high", "xhigh"',
    ],
    [
      'no model',
      { nodes: [node('a', { model: { provider: 'openai' } })] },
      'nodes[0].config.model.model is required, as the worker has no LLM_MODEL_NAME',
    ],
    [
      'two orchestrators',
      { nodes: [node('a', {}, 'Orchestrator'), node('b', {}, 'Orchestrator')] },
      'nodes[1].type nodes[0] is the orchestrator already, and there can be one',
    ],
    [
      'two nodes of one id',
      { nodes: [node('a'), node('a', { name: 'b' })] },
      'nodes[1].id "a" is taken by nodes[0]',
    ],
    [
      'two nodes of one name',
      { nodes: [node('a'), node('b', { name: 'a' })] },
      'nodes[1].config.name "a" is taken by nodes[0]',
    ],
    [
      'an edge to nowhere',
      { nodes: [node('a')], edges: [{ source: 'a', target: 'z' }] },
      'edges[0].target "z" is not the id of a node: expected one of "a"',
    ],
    [
      'an edge of another make',
      { nodes: [node('a')], edges: [{ source: 'a', to: 'a' }] },
      'edges[0].target is required',
    ],
    [
      'an edge between specialists',
      {
        nodes: [node('a'), node('b'), node('c')],
        edges: [
          { source: 'a', target: 'b' },
          { source: 'b', target: 'c' },
        ],
      },
      'edges[1] leads from "b" to "c", but tasks go from the orchestrator "a" to specialists, and answers back: say in its prompt who comes after whom',
    ],
    [
      'an edge of the orchestrator to itself',
      { nodes: [node('b'), node('a', {}, 'Orchestrator')], edges: [{ source: 'a', target: 'a' }] },
      'edges[0] leads from "a" to "a", but tasks go from the orchestrator "a" to specialists, and answers back: say in its prompt who comes after whom',
    ],
    [
      'a tool that is not there',
      { nodes: [node('a', { tools: ['t'] })] },
      'nodes[0].config.tools[0] "t" cannot be listed: tool_definitions has no such tool',
    ],
    [
      'a tool that everyone has',
      { nodes: [node('a', { tools: ['write_file'] })] },
      'nodes[0].config.tools[0] "write_file" cannot be listed: every agent has it already',
    ],
    [
      'the same tool twice',
      { tool_definitions: [tool('t'), tool('t')], nodes: [node('a')] },
      'tool_definitions[1].name "t" is taken by tool_definitions[0]',
    ],
    [
      'a tool named like a built-in',
      { tool_definitions: [tool('task')], nodes: [node('a')] },
      'tool_definitions[0].name "task" is a tool that every agent has already; choose another name',
    ],
    [
      'a tool with a name no provider takes',
      { tool_definitions: [tool('my tool')], nodes: [node('a')] },
      'tool_definitions[0].name "my tool" must be 1 to 64 letters, digits, "_" or "-"',
    ],
    [
      'a script with nothing to go by',
      { tool_definitions: [{ name: 't', runtime: { kind: 'quickjs', script } }], nodes: [node('a')] },
      'tool_definitions[0].description is required, so that the model knows the tool',
    ],
    [
      'an unknown kind of tool',
      { tool_definitions: [tool('t', { runtime: { kind: 'wasm' } })], nodes: [node('a')] },
      'tool_definitions[0].runtime.kind expected one of "mcp", "quickjs", "python"',
    ],
    [
      'a script without a script',
      { tool_definitions: [tool('t', { runtime: { kind: 'quickjs' } })], nodes: [node('a')] },
      'tool_definitions[0].runtime.script is required',
    ],
    [
      'a script beside the runtime',
      {
        tool_definitions: [{ name: 't', script: 'x', runtime: { kind: 'quickjs', script } }],
        nodes: [node('a')],
      },
      'tool_definitions[0].script is not a field of a definition',
    ],
    [
      'an unknown server',
      { tool_definitions: [tool('t', { runtime: { kind: 'mcp', server: 'x' } })], nodes: [node('a')] },
      'tool_definitions[0].runtime.server "x" is not a server of this worker (MCP_SERVERS): expected one of "search"',
    ],
    [
      'a server twice over',
      {
        tool_definitions: [tool('t', { runtime: { kind: 'mcp', server: 'search', url: 'https://x' } })],
        nodes: [node('a')],
      },
      'tool_definitions[0].runtime expected either `server` or `url`',
    ],
    [
      'a file for a server',
      {
        tool_definitions: [tool('t', { runtime: { kind: 'mcp', url: 'file:///etc/passwd' } })],
        nodes: [node('a')],
      },
      'tool_definitions[0].runtime.url must match pattern "^https?://"',
    ],
    [
      'a regular expression',
      {
        tool_definitions: [tool('t', { parameters: { properties: { a: { pattern: '(a+)+$' } } } })],
        nodes: [node('a')],
      },
      'tool_definitions[0].parameters.properties.a.pattern is not supported; say in `description` what the text must look like',
    ],
    [
      'a schema from elsewhere',
      { tool_definitions: [tool('t', { parameters: { $ref: 'https://x/y' } })], nodes: [node('a')] },
      'tool_definitions[0].parameters.$ref must stay within the schema: expected a text that starts with "#"',
    ],
    [
      'a field that everyone has',
      { nodes: [node('a', { state_schema: { messages: { type: 'list' } } })] },
      'nodes[0].config.state_schema.messages is a field that every agent has already',
    ],
    [
      'a field of two types',
      {
        nodes: [
          node('a', { state_schema: { x: { type: 'list' } } }),
          node('b', { state_schema: { x: { type: 'dict' } } }),
        ],
      },
      'nodes[1].config.state_schema.x is a list in another node; a field has one type',
    ],
  ])('%s', (_reason, definition, problem) => {
    expect(problems(definition)).toEqual([problem]);
  });

  test.each<[string, JsonObject]>([
    ['without a kind', { script: 'def t(): pass', dependencies: [] }],
    ['by its kind', { kind: 'python', script: 'def t(): pass' }],
  ])('a Python script %s', (_reason, runtime) => {
    const [problem, ...others] = problems({ tool_definitions: [tool('t', { runtime })], nodes: [node('a')] });
    expect(others).toEqual([]);
    expect(problem).toMatch(
      /^tool_definitions\[0\]\.runtime .*Python script.*"quickjs" or "mcp".*TOOL_PYTHON=subprocess/,
    );
  });

  test('names everything at once', () => {
    const found = problems({
      tool_definitions: [tool('ls'), tool('t', { runtime: { script: 'x' } })],
      nodes: [node('a', { tools: ['x'], model: { provider: 'y' } }), node('a')],
      edges: [{ source: 'q', target: 'a' }],
    });
    expect(found).toHaveLength(8);
  });
});
