import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { AIMessage } from '@langchain/core/messages';
import { Failure } from '../../jobs/rules/failures.ts';
import { endingOf, finishReasonOf } from './ending.ts';
import { modelFailure } from './failure-of.ts';
import type { ModelSpec } from '../definition/definition.ts';
import { modelSpan } from './step-spans.ts';

/** LangGraph's tag for what is no part of an answer. */
export const NOT_STREAMED = 'nostream';

/**
 * Looks at the summaries of a model, which deepagents asks for past all middleware, without tools: one that is none would take
 * the place of the conversation. Their text is no part of what the agent says.
 */
export function judgedSummaries<Model extends BaseChatModel>(model: Model, spec: ModelSpec): Model {
  const invoke = model.invoke.bind(model);
  model.invoke = async (input, options) => {
    if (options !== undefined && 'tools' in options) return invoke(input, options);
    try {
      const quiet = { ...options, tags: [...(options?.tags ?? []), NOT_STREAMED] };
      // What a client streams is put together as a chunk, which is a message as well.
      return judgedSummary(await modelSpan(spec, () => invoke(input, quiet)));
    } catch (error) {
      throw modelFailure(error)?.of(spec.provider) ?? error;
    }
  };
  return model;
}

/** The history is kept in a file, so that one that is cut off is better than none. */
function judgedSummary<Answer extends AIMessage>(answer: Answer): Answer {
  const reason = finishReasonOf(answer);
  const ending = endingOf(reason);
  if (answer.text.trim() !== '' && (ending === 'whole' || ending === 'cut')) return answer;
  const why = answer.text.trim() === '' ? 'it said nothing' : `its answer ended with ${reason}`;
  const code = ending === 'broken' ? 'MODEL_UNAVAILABLE' : 'ANSWER_EMPTY';
  throw new Failure(code, `the model did not summarize the conversation, which has grown too long: ${why}`);
}
