import { AIMessage, HumanMessage, ToolMessage } from '@langchain/core/messages';
import type { BaseMessage } from '@langchain/core/messages';
import { createMiddleware } from 'langchain';
import type { AgentMiddleware } from 'langchain';
import { Failure } from '../../jobs/rules/failures.ts';
import { isJsonObject, parseJson } from '../../json.ts';
import type { JsonObject } from '../../json.ts';
import { RESPONSE_TOOL } from '../definition/response-format.ts';

/** How often a model that answers in words is reminded of its form. */
const MOST_REMINDERS = 2;

/** Answers in a row that do not fit, after which the job ends: the model does not learn from its mistake. */
const MOST_MISFITS = 5;

const REMINDER = `Give your answer by calling ${RESPONSE_TOOL}, with nothing beside it.`;

/** Asks for the next message of a node that is to answer in a form: it cannot end in words. Throws Failure when it does not get there. */
export async function answerInForm(
  ask: (messages: BaseMessage[]) => Promise<AIMessage>,
  messages: readonly BaseMessage[],
  soFar: readonly BaseMessage[],
): Promise<AIMessage> {
  const misfits = misfitsAt(soFar);
  const last = misfits.at(-1);
  if (last !== undefined && misfits.length >= MOST_MISFITS)
    throw new Failure(
      'ANSWER_UNSTRUCTURED',
      `${MOST_MISFITS} answers of the model in a row did not fit response_format: ${last.text}`,
    );
  const said: BaseMessage[] = [];
  while (said.length <= 2 * MOST_REMINDERS) {
    const answer = await ask([...messages, ...said]);
    if ((answer.tool_calls ?? []).length > 0 || responseIn(soFar) !== undefined) return answer;
    said.push(answer, new HumanMessage(REMINDER));
  }
  throw new Failure(
    'ANSWER_UNSTRUCTURED',
    `the model answered in words, and ${MOST_REMINDERS} times more when asked for the form of response_format`,
  );
}

/** Has the last word of a node be its answer, as JSON: that is what orchestrators read of their specialists, and people of both. */
export function answerLast(): AgentMiddleware {
  return createMiddleware({
    name: 'AnswerLast',
    afterAgent({ messages }) {
      const response = responseIn(messages);
      if (response === undefined || !ToolMessage.isInstance(messages.at(-1))) return;
      return { messages: [new AIMessage(JSON.stringify(response))] };
    },
  });
}

/** The answer to what was asked last; of several the last. */
export function responseIn(messages: readonly BaseMessage[]): JsonObject | undefined {
  const asked = messages.findLastIndex((message) => HumanMessage.isInstance(message));
  const answer = messages
    .slice(asked + 1)
    .findLast((message) => isResponse(message) && message.status !== 'error');
  const response = answer && parseJson(answer.text);
  return isJsonObject(response) ? response : undefined;
}

/** The refused answers at the end of a conversation. */
function misfitsAt(messages: readonly BaseMessage[]): readonly ToolMessage[] {
  const results = messages.filter((message) => ToolMessage.isInstance(message));
  const other = results.findLastIndex((message) => !isResponse(message) || message.status !== 'error');
  return results.slice(other + 1);
}

function isResponse(message: BaseMessage): message is ToolMessage {
  return ToolMessage.isInstance(message) && message.name === RESPONSE_TOOL;
}
