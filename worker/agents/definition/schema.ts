import { backendSchema, filesSchema, memorySchema, skillsSchema } from './folders.ts';
import { fallbackSchema, modelSchema } from './model-schema.ts';
import { responseFormatSchema } from './response-format.ts';
import { unansweredSchema } from './unanswered.ts';

const text = { type: 'string', minLength: 1 } as const;

const field = {
  type: 'object',
  required: ['type'],
  additionalProperties: false,
  properties: {
    type: {
      enum: ['list', 'dict', 'str', 'int'],
      description: 'How updates join: lists grow, dicts merge by key, texts and numbers are replaced.',
    },
    item_type: { ...text, description: 'What a list holds; for readers.' },
    reducer: { ...text, description: 'Accepted for older definitions; the type decides.' },
  },
} as const;

const node = {
  type: 'object',
  required: ['id', 'type', 'config'],
  properties: {
    id: { ...text, description: 'Unique among the nodes; edges refer to it.' },
    type: {
      enum: ['Orchestrator', 'Specialist', 'orchestrator', 'specialist'],
      description:
        'The orchestrator receives the job and hands tasks to the specialists. With no orchestrator, the first node is it.',
    },
    config: {
      type: 'object',
      required: ['name', 'system_prompt', 'model'],
      additionalProperties: false,
      properties: {
        name: { ...text, maxLength: 128, description: 'What other agents call it.' },
        description: {
          type: 'string',
          description: 'When to hand a task to it; the start of its prompt when absent.',
        },
        system_prompt: { type: 'string', description: 'Its instructions.' },
        model: modelSchema,
        tools: {
          type: 'array',
          items: text,
          uniqueItems: true,
          description: 'Names of entries in `tool_definitions`.',
        },
        todos: { type: 'boolean', description: 'Gives it `write_todos`, a task list that watchers see.' },
        interrupt_on: {
          type: 'object',
          additionalProperties: {
            type: 'array',
            items: { enum: ['approve', 'edit', 'reject'] },
            minItems: 1,
            uniqueItems: true,
          },
          description:
            'Tools whose calls a person decides on before they run, each with the decisions that the person has: `approve`, `edit`, `reject`.',
        },
        response_format: responseFormatSchema,
        memory: memorySchema,
        skills: skillsSchema,
        state_schema: {
          type: 'object',
          additionalProperties: field,
          description: 'Fields, beside `files`, that its tools may update.',
        },
      },
    },
  },
} as const;

const tool = {
  type: 'object',
  required: ['name', 'runtime'],
  additionalProperties: false,
  properties: {
    name: { ...text, description: 'What the model calls it: letters, digits, `_` and `-`, at most 64.' },
    description: {
      type: 'string',
      description: 'What it does, for the model. MCP and Python tools bring their own.',
    },
    parameters: {
      type: 'object',
      description: 'JSON Schema of its arguments, without `pattern`. MCP and Python tools bring their own.',
    },
    runtime: {
      type: 'object',
      properties: { kind: { enum: ['mcp', 'quickjs', 'python'], description: 'How it runs.' } },
    },
  },
} as const;

const edge = {
  type: 'object',
  required: ['source', 'target'],
  properties: {
    source: { ...text, description: 'Id of a node.' },
    target: { ...text, description: 'Id of a node.' },
    type: { enum: ['orchestrator', 'specialists'], description: 'For readers.' },
  },
} as const;

/**
 * JSON Schema (draft-07) of an agent definition. Fields that change what an agent does are closed, so that a misspelt one is
 * an error; the definition itself, nodes and edges may carry more, which editors of graphs keep there.
 */
export const definitionSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Agent definition',
  type: 'object',
  required: ['nodes'],
  definitions: { fallback: fallbackSchema },
  properties: {
    name: { type: 'string', description: 'For readers.' },
    version: { type: 'string', description: 'For readers.' },
    tool_definitions: { type: 'array', items: tool, description: 'Tools that nodes may use, by name.' },
    nodes: { type: 'array', items: node, minItems: 1, maxItems: 100 },
    backend: backendSchema,
    files: filesSchema,
    unanswered: unansweredSchema,
    edges: {
      type: 'array',
      items: edge,
      description:
        'Who hands tasks to whom: between the orchestrator and specialists. The orchestrator reaches every specialist with or without them.',
    },
  },
} as const;
