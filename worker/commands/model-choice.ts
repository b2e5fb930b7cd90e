import { isJsonObject } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';

/** Whether an environment says where models are. */
export function hasModel(environment: NodeJS.ProcessEnv): boolean {
  const { OPENAI_API_KEY, OPENAI_BASE_URL, ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL } = environment;
  return [OPENAI_API_KEY, OPENAI_BASE_URL, ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL].some(Boolean);
}

/** What a person has chosen, whatever a definition says. */
export interface ModelChoice {
  readonly model: string | undefined;
  readonly modelUrl: string | undefined;
}

/** Every node with this model, if one is named; with a server of one's own also with the provider whose protocol it speaks. */
export function withModel(definition: JsonObject, { model, modelUrl }: ModelChoice): JsonObject {
  const { nodes } = definition;
  if (model === undefined || !Array.isArray(nodes)) return definition;
  const provider = modelUrl === undefined ? {} : { provider: 'openai' };
  const changed = nodes.map((node): Json => {
    const config = isJsonObject(node) ? node['config'] : undefined;
    if (!isJsonObject(node) || !isJsonObject(config) || !isJsonObject(config['model'])) return node;
    const { model_name: _, ...others } = config['model'];
    return { ...node, config: { ...config, model: { ...others, ...provider, model } } };
  });
  return { ...definition, nodes: changed };
}
