import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { Failure } from '../../jobs/rules/failures.ts';
import { boundOnce } from './bound-once.ts';
import type { NodeModel, NodeModels } from './fallback.ts';
import { judgeSummaries } from './summaries.ts';
import type { ModelSpec, NodeSpec } from '../definition/definition.ts';
import type { AgentSettings } from '../settings.ts';
import { anthropic } from './makers/anthropic.ts';
import { azure } from './makers/azure.ts';
import { bedrock } from './makers/bedrock.ts';
import { google } from './makers/google.ts';
import { openai } from './makers/openai.ts';

/** The models of a node. Keys and addresses come from the worker alone: a definition cannot send them elsewhere. */
export async function nodeModels(
  { model, fallbacks }: Pick<NodeSpec, 'model' | 'fallbacks'>,
  settings: AgentSettings,
): Promise<NodeModels> {
  const open = async (spec: ModelSpec): Promise<NodeModel> => ({
    spec,
    client: await openModel(spec, settings),
  });
  const models: NodeModels = await Promise.all([open(model), ...fallbacks.map(open)]);
  judgeSummaries(models);
  return models;
}

/** A client of one model. Throws Failure where the worker has no such provider. */
export async function openModel(spec: ModelSpec, settings: AgentSettings): Promise<BaseChatModel> {
  return boundOnce(await clientOf(spec, settings));
}

function clientOf(spec: ModelSpec, settings: AgentSettings): Promise<BaseChatModel> {
  switch (spec.provider) {
    case 'openai':
      return openai(spec, settings);
    case 'anthropic':
      return anthropic(spec, settings);
    case 'azure':
      return azure(spec, settings);
    case 'bedrock':
      return bedrock(spec, settings);
    case 'google':
      return google(spec, settings);
    default:
      throw new Failure(
        'UNKNOWN_PROVIDER',
        `cannot use models of "${spec.provider}": the worker has no such provider`,
      );
  }
}
