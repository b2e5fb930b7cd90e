import type { Problem } from '../../ports.ts';
import { headerProblems } from './header-rules.ts';
import type { Capabilities } from './definition.ts';
import type { ModelShape } from './shape.ts';

/** Providers as other programs name them, each with where it speaks the protocol of OpenAI; docs/models.md says more. */
const ELSEWHERE: readonly (readonly [RegExp, string])[] = [
  [/^azure/, 'https://RESOURCE.openai.azure.com/openai/v1'],
  [/bedrock|^aws$/, 'https://bedrock-mantle.REGION.api.aws/v1'],
  [/^(gemini|google(?!.*vertex))/, 'https://generativelanguage.googleapis.com/v1beta/openai'],
  [/^ollama/, 'http://HOST:11434/v1'],
];

/** How much the models of each provider can be told to think. */
const EFFORTS = new Map([
  ['openai', ['none', 'minimal', 'low', 'medium', 'high', 'xhigh']],
  ['anthropic', ['none', 'low', 'medium', 'high', 'xhigh', 'max']],
]);

/** What is wrong with the model of a node and those that take its place; `path` is that of the model. */
export function modelProblems(
  model: ModelShape,
  path: string,
  capabilities: Capabilities,
): readonly Problem[] {
  const fallbacks = model.fallbacks ?? [];
  const isOurs = ({ provider }: ModelShape): boolean => capabilities.providers.includes(provider);
  const oneIs = [model, ...fallbacks].some(isOurs);
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
  if (api !== undefined && provider === 'anthropic') add('api', 'is a choice of provider "openai" alone');
  const efforts = EFFORTS.get(provider);
  if (effort !== undefined && efforts?.includes(effort) === false) {
    add('reasoning_effort', `"${effort}" is none of provider "${provider}": expected ${oneOf(efforts)}`);
  }
  const thinks = provider === 'anthropic' && effort !== undefined && effort !== 'none';
  if (thinks && temperature !== undefined && temperature !== 1) {
    add('temperature', 'cannot go with `reasoning_effort`: a model of "anthropic" that thinks takes 1 alone');
  }
  return [...problems, ...headerProblems(model, path, capabilities)];
}

function unknown(provider: string, { providers }: Capabilities): string {
  const expected = providers.length === 0 ? 'there are none' : `expected ${oneOf(providers)}`;
  const [, address] = ELSEWHERE.find(([names]) => names.test(provider.toLowerCase())) ?? [];
  const way =
    address === undefined ? '' : `; it speaks the protocol of "openai" at OPENAI_BASE_URL=${address}`;
  return `"${provider}" is not a provider of this worker: ${expected}${way}`;
}

function oneOf(names: readonly string[]): string {
  return `one of ${names.map((name) => `"${name}"`).join(', ')}`;
}
