import { providersOf } from '../agents/definition/capabilities.ts';
import { envReader } from '../config/env-reader.ts';
import { readModels } from '../config/models.ts';
import { isJsonObject } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';

/** Whether an environment says where models are. */
export function hasModel(environment: NodeJS.ProcessEnv): boolean {
  return providersOf(readModels(envReader(environment))).length > 0;
}

/**
 * Whether somebody has said so on purpose. Machines of Google's cloud have a project whatever they do; models are meant where a
 * location or credentials stand beside it.
 */
export function meansModel({ GOOGLE_CLOUD_PROJECT: project, ...others }: NodeJS.ProcessEnv): boolean {
  const { GOOGLE_CLOUD_LOCATION, GOOGLE_CLOUD_CREDENTIALS } = others;
  const isMeant = [GOOGLE_CLOUD_LOCATION, GOOGLE_CLOUD_CREDENTIALS].some(Boolean);
  return hasModel(isMeant ? { ...others, GOOGLE_CLOUD_PROJECT: project } : others);
}

/** What a person has chosen, whatever a definition says. */
export interface ModelChoice {
  readonly model: string | undefined;
  readonly modelUrl: string | undefined;
}

/** The same for a model that code asks for. */
export function chosenModel({ model, modelUrl }: ModelChoice): Readonly<Record<string, string>> {
  return { ...(model !== undefined && { model }), ...(modelUrl !== undefined && { provider: 'openai' }) };
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
