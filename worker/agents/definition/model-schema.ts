const text = { type: 'string', minLength: 1 } as const;

/** A day is longer than any job should wait for one answer. */
const seconds = { type: 'number', minimum: 1, maximum: 86_400 } as const;

const provider = {
  ...text,
  description:
    'A provider that the worker is configured for: `openai` (also any server that speaks its protocol), `anthropic`, `azure`, `bedrock` or `google`.',
} as const;

/** How a model is asked, the same for one that takes another's place. */
const manner = {
  temperature: { type: 'number', minimum: 0, maximum: 2, description: 'Left to the provider when absent.' },
  max_tokens: { type: 'integer', minimum: 1, description: 'Longest answer, in tokens.' },
  api: {
    enum: ['chat', 'responses'],
    description:
      'Of providers `openai` and `azure`: chat completions or responses. `OPENAI_API` when absent; the name of the model decides nothing.',
  },
  reasoning_effort: {
    enum: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'],
    description:
      'How much the model thinks. Of providers `openai` and `azure` `none` to `xhigh`, and `LLM_REASONING_EFFORT` when absent. Of `google` `minimal` to `high`. Of `anthropic` `none`, `low` to `max`: adaptive thinking, which its models have from Claude Opus 4.6 on.',
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
} as const;

/** JSON Schema of a model that is asked where those before it are away. */
export const fallbackSchema = {
  type: 'object',
  required: ['provider', 'model'],
  additionalProperties: false,
  properties: { provider, model: { ...text, description: 'Name of the model at that provider.' }, ...manner },
} as const;

/** What is asked in turn while others are away costs the time of each. */
const MOST_FALLBACKS = 5;

/** JSON Schema of those of a worker, for models that name none. */
export const fallbacksSchema = { type: 'array', items: fallbackSchema, maxItems: MOST_FALLBACKS } as const;

/** JSON Schema of `model`. */
export const modelSchema = {
  type: 'object',
  description: 'Which model speaks for the node.',
  required: ['provider'],
  additionalProperties: false,
  properties: {
    provider,
    model: { ...text, description: 'Name of the model at that provider; `LLM_MODEL_NAME` when absent.' },
    model_name: { ...text, description: 'Another spelling of `model`.' },
    ...manner,
    fallbacks: {
      type: 'array',
      items: { type: 'object', $ref: '#/definitions/fallback' },
      maxItems: MOST_FALLBACKS,
      description:
        'Models that are asked in its place, in this order, while it is away: busy, out of reach, too slow, or with a key that is missing or refused. Each has the fields of `model`, but for `model_name` and `fallbacks`, and names its own `model`. `MODEL_FALLBACKS` when absent; none when empty.',
    },
  },
} as const;
