/** The variables by which the worker reaches its models: a part of `variables` in env.ts. */
export const modelVariables = {
  OPENAI_API_KEY: { description: 'Key for models of provider `openai`.', secret: true },
  OPENAI_BASE_URL: {
    description: 'Another server that speaks the OpenAI protocol, such as one of your own.',
  },
  ANTHROPIC_API_KEY: { description: 'Key for models of provider `anthropic`.', secret: true },
  ANTHROPIC_BASE_URL: { description: 'Another server that speaks the Anthropic protocol.' },
  AZURE_OPENAI_ENDPOINT: {
    description: 'Models of provider `azure`: address of the resource, `https://NAME.openai.azure.com`.',
  },
  AZURE_OPENAI_API_KEY: { description: 'Key of that resource.', secret: true },
  AZURE_OPENAI_API_VERSION: {
    description: 'Version of the API, such as `2024-10-21`, where the resource has no v1 API.',
  },
  BEDROCK_REGION: {
    description:
      'Models of provider `bedrock`: region, such as `eu-central-1`. The identity is found where AWS has it: a key of the next three, a web identity (IRSA), Pod Identity, the machine.',
  },
  BEDROCK_BASE_URL: { description: 'Another address of it, such as that of a VPC endpoint.' },
  AWS_BEARER_TOKEN_BEDROCK: { description: 'API key of Bedrock.', secret: true },
  AWS_SECRET_ACCESS_KEY: { description: 'Secret of the access key `AWS_ACCESS_KEY_ID`.', secret: true },
  AWS_SESSION_TOKEN: { description: 'Its session, of keys that pass.', secret: true },
  GOOGLE_API_KEY: { description: 'Key for models of provider `google`, of the Gemini API.', secret: true },
  GOOGLE_CLOUD_PROJECT: {
    description:
      'Project in which they are models of Vertex AI in place of that. The identity is the next but one, else that of the environment or the machine (Workload Identity).',
  },
  GOOGLE_CLOUD_LOCATION: {
    description: 'Location of Vertex AI, such as `europe-west4`; `global` when absent.',
  },
  GOOGLE_CLOUD_CREDENTIALS: {
    description: 'JSON of a service account or of a federated identity.',
    secret: true,
  },
  GOOGLE_BASE_URL: { description: 'Another address of either, such as that of a proxy.' },
  OPENAI_API: {
    description: 'API of `openai` and `azure` models that name none: `chat` (completions) or `responses`.',
    default: 'chat',
  },
  LLM_REASONING_EFFORT: {
    description:
      'Reasoning effort of `openai` and `azure` models that name none, such as `low`; left to the server when absent.',
  },
  MODEL_START_TIMEOUT: {
    description: 'Longest wait for the first byte of an answer of a model.',
    default: '10m',
  },
  MODEL_IDLE_TIMEOUT: {
    description: 'Longest silence of a model in the middle of an answer.',
    default: '5m',
  },
  MODEL_PRICES: {
    description: 'Prices of models, so that [runs say what they cost](page.md#what-a-run-costs), as JSON.',
  },
  MODEL_RATES: {
    description:
      'How often [models may be asked](models.md#how-often-a-model-is-asked) by all workers together, as JSON: `{"MODEL": {"limit": 60, "per_seconds": 60}}`.',
  },
  MODEL_CALLS_PER_JOB: {
    description:
      'Calls of models that one job may have [under way](models.md#how-often-a-model-is-asked), all its specialists together; further ones wait.',
    default: '10',
  },
  LLM_MODEL_NAME: { description: 'Model for nodes that name none.' },
  MODEL_FALLBACKS: {
    description:
      '[Models that take the place](models.md#while-a-model-is-away) of those whose definitions name none, each of a provider that the worker has, as JSON: `[{"provider": "anthropic", "model": "…"}]`.',
  },
} as const;
