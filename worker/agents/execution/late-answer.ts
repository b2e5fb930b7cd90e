import { QUESTION_ID } from '../../jobs/rules/message.ts';
import type { AgentGraph, GraphConfig } from './build-graph.ts';

/** The questions that an answer names, as LangGraph tells their ids; none where it is for whatever is asked. */
function questionsOf(answer: unknown): readonly string[] {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return [];
  const keys = Object.keys(answer);
  return keys.every((key) => QUESTION_ID.test(key)) ? keys : [];
}

/**
 * Why an answer comes too late; undefined when it does not. Of two people who answer, the second does: jobs of a thread come one after
 * the other. So does who answers the question before: what they decided on is not what is asked now.
 */
export async function whyLate(
  graph: AgentGraph,
  { configurable }: GraphConfig,
  answer: unknown,
): Promise<string | undefined> {
  const { tasks } = await graph.getState({ configurable: { ...configurable } });
  const asked = tasks.flatMap(({ interrupts }) => interrupts);
  if (asked.length === 0)
    return 'cannot resume the thread: nothing on it waits for an answer, or it has been given already';
  const past = questionsOf(answer).filter((id) => asked.every((one) => one.id !== id));
  if (past.length === 0) return undefined;
  const now = asked.map(({ id }) => id ?? '').join(', ');
  return `cannot resume the thread: it does not ask ${past.join(', ')}, or that has been answered already; it asks ${now}`;
}
