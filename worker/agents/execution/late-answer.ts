import type { Interrupt } from '@langchain/langgraph';
import { QUESTION_ID } from '../../jobs/rules/message.ts';
import type { AgentGraph, GraphConfig } from './build-graph.ts';

/** The questions that an answer names, as LangGraph tells their ids; none where it is for whatever is asked. */
function questionsOf(answer: unknown): readonly string[] {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return [];
  const keys = Object.keys(answer);
  return keys.every((key) => QUESTION_ID.test(key)) ? keys : [];
}

/** What a thread asks people at this moment. */
export async function askedNow(
  graph: AgentGraph,
  { configurable }: GraphConfig,
): Promise<readonly Interrupt[]> {
  const { tasks } = await graph.getState({ configurable: { ...configurable } });
  return tasks.flatMap(({ interrupts }) => interrupts);
}

/**
 * Why an answer comes too late; undefined when it does not. Of two people who answer, the second does: jobs of a thread come one after
 * the other. So does who answers the question before: what they decided on is not what is asked now.
 */
export function whyLate(asked: readonly Interrupt[], answer: unknown): string | undefined {
  if (asked.length === 0)
    return 'cannot resume the thread: nothing on it waits for an answer, or it has been given already';
  const past = questionsOf(answer).filter((id) => asked.every((one) => one.id !== id));
  if (past.length === 0) return undefined;
  const now = asked.map(({ id }) => id ?? '').join(', ');
  return `cannot resume the thread: it does not ask ${past.join(', ')}, or that has been answered already; it asks ${now}`;
}

/**
 * The answer as LangGraph (1.4) hears it: what is `false`, 0, empty or `null` it takes for no answer at all, unless it stands beside
 * the id of the question.
 */
export function heardAnswer([first]: readonly Interrupt[], answer: unknown): unknown {
  return answer || first?.id === undefined ? answer : { [first.id]: answer };
}
