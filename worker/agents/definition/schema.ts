import { responseFormatSchema } from './response-format.ts';
import { unansweredSchema } from './unanswered.ts';

const text = { type: 'string', minLength: 1 } as const;

/** A day is longer than any job should wait for one answer. */
const seconds = { type: 'number', minimum: 1, maximum: 86_400 } as const;

const model = {
  type: 'object',
  description: 'Which model speaks for the node.',
  required: ['provider'],
  additionalProperties: false,
  properties: {
    provider: {
      ...text,
      description:
        'A provider that the worker is configured for: `openai` (also any server that speaks its protocol) or `anthropic`.',
    },
    model: { ...text, description: 'Name of the model at that provider; `LLM_MODEL_NAME` when absent.' },
    model_name: { ...text, description: 'Another spelling of `model`.' },
    temperature: { type: 'number', minimum: 0, maximum: 2, description: 'Left to the provider when absent.' },
    max_tokens: { type: 'integer', minimum: 1, description: 'Longest answer, in tokens.' },
    api: {
      enum: ['chat', 'responses'],
      description:
        'Of provider `openai`: chat completions or responses. `OPENAI_API` when absent; the name of the model decides nothing.',
    },
    reasoning_effort: {
      enum: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'],
      description:
        'How much the model thinks. Of provider `openai` `none` to `xhigh`, and `LLM_REASONING_EFFORT` when absent. Of `anthropic` `none`, `low` to `max`: adaptive thinking, which its models have from Claude Opus 4.6 on.',
    },
    headers: {
      type: 'object',
      maxProperties: 20,
      additionalProperties: { type: 'string', maxLength: 1000 },
      description: 'Headers of each request, by name. What opens a door belongs into `header_variables`.',
    },
    header_variables: {
      type: 'object',
      maxProperties: 20,
      additionalProperties: text,
      description:
        'Headers whose values are secrets of the worker, each with the name of its variable: `MODEL_HEADER_…`.',
    },
    timeouts: {
      type: 'object',
      additionalProperties: false,
      description: 'How long the model may take.',
      properties: {
        first_byte_seconds: {
          ...seconds,
          description: 'Until an answer begins; `MODEL_START_TIMEOUT` when absent.',
        },
        between_bytes_seconds: {
          ...seconds,
          description: 'Silence in the middle of it; `MODEL_IDLE_TIMEOUT` when absent.',
        },
        whole_seconds: {
          ...seconds,
          description: 'Until its end; no limit but that of the job when absent.',
        },
      },
    },
  },
} as const;

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
        model,
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
  properties: {
    name: { type: 'string', description: 'For readers.' },
    version: { type: 'string', description: 'For readers.' },
    tool_definitions: { type: 'array', items: tool, description: 'Tools that nodes may use, by name.' },
    nodes: { type: 'array', items: node, minItems: 1, maxItems: 100 },
    unanswered: unansweredSchema,
    edges: {
      type: 'array',
      items: edge,
      description:
        'Who hands tasks to whom: between the orchestrator and specialists. The orchestrator reaches every specialist with or without them.',
    },
  },
} as const;
