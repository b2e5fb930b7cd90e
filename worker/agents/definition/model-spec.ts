import type { CallTimes } from '../model/wire/watch.ts';
import type { Capabilities, ModelSpec, NodeSpec } from './definition.ts';
import type { ModelShape } from './shape.ts';

/**
 * The models of a node that passed every check, in the order in which they are asked: its own, and where it names none to take its place
 * those of the worker. Those whose provider this worker does not have are gone on without.
 */
export function modelSpecs(
  model: ModelShape,
  capabilities: Capabilities,
): Pick<NodeSpec, 'model' | 'fallbacks'> {
  const named = modelSpec(model, capabilities);
  const inItsPlace =
    model.fallbacks?.map((one) => modelSpec(one, capabilities)) ??
    capabilities.defaultFallbacks.filter((one) => !isSame(one, named));
  const [first = named, ...fallbacks] = [named, ...inItsPlace].filter(({ provider }) =>
    capabilities.providers.includes(provider),
  );
  return { model: first, fallbacks };
}

function isSame(one: ModelSpec, other: ModelSpec): boolean {
  return one.provider === other.provider && one.model === other.model;
}

export function modelSpec(
  model: ModelShape,
  { defaultModel }: Pick<Capabilities, 'defaultModel'>,
): ModelSpec {
  const { headers, header_variables: variables, timeouts } = model;
  return {
    provider: model.provider,
    model: model.model ?? model.model_name ?? defaultModel ?? '',
    ...(model.temperature !== undefined && { temperature: model.temperature }),
    ...(model.max_tokens !== undefined && { maxTokens: model.max_tokens }),
    ...(model.api !== undefined && { api: model.api }),
    ...(model.reasoning_effort !== undefined && { reasoningEffort: model.reasoning_effort }),
    ...(headers !== undefined && { headers: inLowerCase(headers) }),
    ...(variables !== undefined && { headerVariables: inLowerCase(variables) }),
    ...(timeouts !== undefined && { times: timesOf(timeouts) }),
  };
}

function inLowerCase(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function timesOf(timeouts: NonNullable<ModelShape['timeouts']>): Partial<CallTimes> {
  const { first_byte_seconds: first, between_bytes_seconds: between, whole_seconds: whole } = timeouts;
  return {
    ...(first !== undefined && { firstByteMs: first * 1000 }),
    ...(between !== undefined && { betweenMs: between * 1000 }),
    ...(whole !== undefined && { wholeMs: whole * 1000 }),
  };
}
