import type { AIMessage, AIMessageChunk } from '@langchain/core/messages';
import { Failure } from '../../jobs/rules/failures.ts';
import { inTurn } from '../current-sources.ts';
import { endingOf, finishReasonOf } from './ending.ts';
import { modelFailure } from './failure-of.ts';
import { askInTurn } from './fallback.ts';
import type { NodeModel, NodeModels } from './fallback.ts';
import { modelSpan } from './step-spans.ts';

/** LangGraph's tag for what is no part of an answer. */
export const NOT_STREAMED = 'nostream';

/**
 * Looks at the summaries that deepagents asks of the first of a node's models, past all middleware and without tools: one that
 * is none would take the place of the conversation. Their text is no part of what the agent says.
 */
export function judgeSummaries(models: NodeModels): void {
  const [{ client: first }] = models;
  const invoke = first.invoke.bind(first);
  first.invoke = async (input, options) => {
    if (options !== undefined && 'tools' in options) return invoke(input, options);
    const quiet = { ...options, tags: [...(options?.tags ?? []), NOT_STREAMED] };
    const ask = ({ spec, client }: NodeModel): Promise<AIMessageChunk> =>
      inTurn(spec.model, async () => {
        try {
          const summary = () => (client === first ? invoke(input, quiet) : client.invoke(input, quiet));
          // What a client streams is put together as a chunk, which is a message as well.
          return judgedSummary(await modelSpan(spec, summary));
        } catch (error) {
          throw modelFailure(error)?.of(spec.provider) ?? error;
        }
      });
    return askInTurn(models, ask);
  };
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
