import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { Failure } from '../../jobs/rules/failures.ts';
import type { FailureCode } from '../../jobs/rules/failures.ts';
import { currentSources } from '../current-sources.ts';
import type { ModelSpec } from '../definition/definition.ts';

/** A model of a node, with its client. */
export interface NodeModel {
  readonly spec: ModelSpec;
  readonly client: BaseChatModel;
}

/** The models of a node in the order in which they are asked; each but the first takes the place of those before it. */
export type NodeModels = readonly [NodeModel, ...NodeModel[]];

/** Failures of the model and not of what it was asked: another one may answer. */
const AWAY: ReadonlySet<FailureCode> = new Set(['MODEL_UNAVAILABLE', 'MODEL_KEY_REFUSED']);

/**
 * The answer of the first of these models that is not away. One whose provider is left alone (breakers.ts) is passed over, and
 * is asked all the same where that is so of all: the job has begun. LangChain's `modelFallbackMiddleware` would ask the next
 * one after any error, also of the request itself or of a job that was cancelled, and would ask one that is known to be away
 * each time anew.
 */
export async function askInTurn<Answer>(
  models: NodeModels,
  ask: (model: NodeModel) => Promise<Answer>,
): Promise<Answer> {
  const sources = currentSources();
  const failures: (readonly [string, Failure])[] = [];
  for (const [index, model] of models.entries()) {
    const { provider } = model.spec;
    if (sources?.mayAsk(provider) === false) continue;
    try {
      return await ask(model);
    } catch (error) {
      if (models.length === 1 || !isAway(error)) throw error;
      failures.push([model.spec.model, error]);
      // Until its last model has failed, the provider may be well.
      const isLast = !models.slice(index + 1).some(({ spec }) => spec.provider === provider);
      if (isLast) sources?.away(error);
    }
  }
  if (failures.length === 0) return ask(models[0]);
  throw allAway(failures);
}

function isAway(error: unknown): error is Failure {
  return error instanceof Failure && AWAY.has(error.code);
}

/**
 * What the job is told when all are away: to come back as soon as the first of them may be, and that it is a key only where it
 * is the key of each. It names no source, as each has been told of.
 */
function allAway(failures: readonly (readonly [string, Failure])[]): Failure {
  const waits = failures.flatMap(([, { code, retryAfterMs = 0 }]) =>
    code === 'MODEL_UNAVAILABLE' ? [retryAfterMs] : [],
  );
  const message = failures.map(([model, failure]) => `${model}: ${failure.message}`).join('; ');
  if (waits.length === 0) return new Failure('MODEL_KEY_REFUSED', message);
  return new Failure('MODEL_UNAVAILABLE', message, { retryAfterMs: Math.min(...waits) });
}
