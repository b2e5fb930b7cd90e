import { ContextOverflowError } from '@langchain/core/errors';
import { AIMessage, HumanMessage, ToolMessage } from '@langchain/core/messages';
import type { BaseMessage } from '@langchain/core/messages';
import { createMiddleware } from 'langchain';
import type { AgentMiddleware } from 'langchain';
import { Failure } from '../../jobs/rules/failures.ts';
import { inTurn } from '../current-sources.ts';
import { answerInForm } from './answer-form.ts';
import { judge, whyNotRun } from './answer.ts';
import type { Judgement } from './answer.ts';
import { isContextOverflow } from './context-overflow.ts';
import type { NodeSpec } from '../definition/definition.ts';
import { modelFailure } from './failure-of.ts';
import { askInTurn } from './fallback.ts';
import type { NodeModel, NodeModels } from './fallback.ts';
import { portableMessages } from './portable-messages.ts';
import { modelSpan, toolSpan } from './step-spans.ts';

/** Answers in a row with calls that may not run, after which the job ends: the model does not learn from its mistake. */
const MOST_MISTAKES = 5;

/** How often a server may pause in one answer. */
const MOST_PAUSES = 20;

const NOTHING_SAID = 'Your last answer was empty. Go on with the task, or say what you have done.';

/**
 * Lets only whole answers of a model into the state, and gives the errors of model clients their code where they happen, so
 * that a tool's network error is not taken for one. Tool calls that were cut off or cannot be read are answered here.
 */
export function modelAnswers({ name, responseFormat }: NodeSpec, models: NodeModels): AgentMiddleware {
  return createMiddleware({
    name: 'ModelAnswers',
    async wrapModelCall(request, handler) {
      const askOne = ({ spec, client: model }: NodeModel): Promise<AIMessage> => {
        const ask = (messages: BaseMessage[]): Promise<Judgement> =>
          inTurn(spec.model, async () => {
            try {
              return judge(await modelSpan(spec, () => handler({ ...request, model, messages }), name));
            } catch (error) {
              throw judgedError(error, spec.provider);
            }
          });
        const whole = (messages: readonly BaseMessage[]): Promise<AIMessage> =>
          wholeAnswer(ask, portableMessages(messages, spec.provider));
        return responseFormat === undefined
          ? whole(request.messages)
          : answerInForm(whole, request.messages, request.state.messages);
      };
      const judgement = await askInTurn(models, askOne);
      if (mistakesIn(request.messages) >= MOST_MISTAKES && isMistake(judgement)) {
        throw new Failure(
          'ANSWER_CUT_OFF',
          `${MOST_MISTAKES + 1} answers of the model in a row had tool calls that were cut off or unreadable`,
        );
      }
      return judgement;
    },
    wrapToolCall(request, handler) {
      const { id = '', name: tool } = request.toolCall;
      const message = request.state.messages.findLast((one) => AIMessage.isInstance(one));
      const why = message === undefined ? undefined : whyNotRun(message, id);
      if (why === undefined) return toolSpan(request.toolCall, name, () => handler(request));
      return new ToolMessage({ content: why, tool_call_id: id, name: tool, status: 'error' });
    },
  });
}

/** Asks until the answer is whole: on after a pause, and once more after an empty one. */
async function wholeAnswer(
  ask: (messages: BaseMessage[]) => Promise<Judgement>,
  messages: readonly BaseMessage[],
): Promise<AIMessage> {
  const said: AIMessage[] = [];
  let nudge: BaseMessage[] = [];
  while (said.length <= MOST_PAUSES) {
    const judgement = await ask([...messages, ...said, ...nudge]);
    switch (judgement.kind) {
      case 'answer':
        return said.length === 0 ? judgement.message : joined([...said, judgement.message]);
      case 'paused':
        said.push(judgement.message);
        break;
      case 'empty':
        if (said.length > 0) return joined(said);
        if (nudge.length > 0) throw new Failure('ANSWER_EMPTY', 'the model answered with nothing, twice');
        nudge = [new HumanMessage(NOTHING_SAID)];
    }
  }
  throw new Failure('MODEL_UNAVAILABLE', `the model server paused its answer ${MOST_PAUSES} times`);
}

/** The parts of an answer that paused, as one. */
function joined(parts: readonly AIMessage[]): AIMessage {
  const last = parts.at(-1);
  const content = parts.flatMap((part) =>
    typeof part.content === 'string' ? [{ type: 'text', text: part.content }] : part.content,
  );
  return new AIMessage({
    content,
    tool_calls: parts.flatMap((part) => part.tool_calls ?? []),
    response_metadata: last?.response_metadata ?? {},
    ...(last?.id !== undefined && { id: last.id }),
    ...(last?.usage_metadata !== undefined && { usage_metadata: last.usage_metadata }),
  });
}

/** Too long a conversation is what the summarization around this shortens before it asks again. */
function judgedError(error: unknown, provider: string): unknown {
  if (ContextOverflowError.isInstance(error)) return error;
  if (error instanceof Error && isContextOverflow(error)) return ContextOverflowError.fromError(error);
  return modelFailure(error)?.of(provider) ?? error;
}

function isMistake(message: AIMessage): boolean {
  return (message.tool_calls ?? []).some(({ id }) => whyNotRun(message, id ?? '') !== undefined);
}

/** Mistakes at the end of a conversation. */
function mistakesIn(messages: readonly BaseMessage[]): number {
  const answers = messages.filter((message) => AIMessage.isInstance(message)).toReversed();
  const good = answers.findIndex((answer) => !isMistake(answer));
  return good === -1 ? answers.length : good;
}
