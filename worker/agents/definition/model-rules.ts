import type { Problem } from '../../ports.ts';
import { headerProblems } from './header-rules.ts';
import type { Capabilities } from './definition.ts';
import type { ModelShape } from './shape.ts';

/** Providers as other programs name them, each with what this one does about it; docs/models.md says more. */
const ELSEWHERE: readonly (readonly [RegExp, string])[] = [
  [/^azure/, 'it is provider "azure", of workers with AZURE_OPENAI_ENDPOINT'],
  [/bedrock|^aws$/, 'it is provider "bedrock", of workers with BEDROCK_REGION'],
  [
    /^(gemini|google|vertex)/,
    'it is provider "google", of workers with GOOGLE_API_KEY or GOOGLE_CLOUD_PROJECT',
  ],
  [/^ollama/, 'it speaks the protocol of "openai" at OPENAI_BASE_URL=http://HOST:11434/v1'],
];

const OPENAI_EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'];

/** How much the models of each provider can be told to think; those of Bedrock have no word for it in common. */
const EFFORTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['openai', OPENAI_EFFORTS],
  ['azure', OPENAI_EFFORTS],
  ['anthropic', ['none', 'low', 'medium', 'high', 'xhigh', 'max']],
  ['google', ['minimal', 'low', 'medium', 'high']],
  ['bedrock', []],
]);

/** The providers that a worker may have. */
export const allProviders: readonly string[] = [...EFFORTS.keys()];

/** Those with two APIs. */
const OF_OPENAI = new Set(['openai', 'azure']);

/** What is wrong with the model of a node and those that take its place; `path` is that of the model. */
export function modelProblems(
  model: ModelShape,
  path: string,
  capabilities: Capabilities,
): readonly Problem[] {
  const { fallbacks = [] } = model;
  const inItsPlace = model.fallbacks ?? capabilities.defaultFallbacks;
  const oneIs = [model, ...inItsPlace].some(({ provider }) => capabilities.providers.includes(provider));
  return [
    ...problemsOf(model, path, oneIs, capabilities),
    ...fallbacks.flatMap((one, index) => problemsOf(one, `${path}.fallbacks[${index}]`, oneIs, capabilities)),
  ];
}

/** `mayLack`: whether another one is there where the worker does not have the provider of this one. */
function problemsOf(
  model: ModelShape,
  path: string,
  mayLack: boolean,
  capabilities: Capabilities,
): readonly Problem[] {
  const { provider, api, reasoning_effort: effort, temperature } = model;
  const problems: Problem[] = [];
  const add = (field: string, message: string): void =>
    void problems.push({ path: `${path}.${field}`, message });
  // A name that nobody knows is a mistake; a provider that is known may have no key here.
  const isLacked = !capabilities.providers.includes(provider) && !(mayLack && EFFORTS.has(provider));
  if (isLacked) add('provider', unknown(provider, capabilities));
  if ((model.model ?? model.model_name ?? capabilities.defaultModel) === undefined) {
    add('model', 'is required, as the worker has no LLM_MODEL_NAME');
  }
  if (api !== undefined && EFFORTS.has(provider) && !OF_OPENAI.has(provider)) {
    add('api', 'is a choice of providers "openai" and "azure" alone');
  }
  const efforts = EFFORTS.get(provider);
  if (effort !== undefined && efforts?.includes(effort) === false) {
    const expected = efforts.length === 0 ? 'leave it out' : `expected ${oneOf(efforts)}`;
    add('reasoning_effort', `"${effort}" is none of provider "${provider}": ${expected}`);
  }
  const thinks = provider === 'anthropic' && effort !== undefined && effort !== 'none';
  if (thinks && temperature !== undefined && temperature !== 1) {
    add('temperature', 'cannot go with `reasoning_effort`: a model of "anthropic" that thinks takes 1 alone');
  }
  return [...problems, ...headerProblems(model, path, capabilities)];
}

function unknown(provider: string, { providers }: Capabilities): string {
  const expected = providers.length === 0 ? 'there are none' : `expected ${oneOf(providers)}`;
  const [, what] = ELSEWHERE.find(([names]) => names.test(provider.toLowerCase())) ?? [];
  const way = what === undefined ? '' : `; ${what}`;
  return `"${provider}" is not a provider of this worker: ${expected}${way}`;
}

function oneOf(names: readonly string[]): string {
  return `one of ${names.map((name) => `"${name}"`).join(', ')}`;
}
