import { isJsonObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';

/** What a job that has ended with a question says of the time when nobody answers. */
interface Unanswered {
  readonly afterMs: number;
  readonly decision: JsonObject;
}

/** Undefined where questions wait for ever. */
function unansweredIn({ unanswered }: JsonObject): Unanswered | undefined {
  if (!isJsonObject(unanswered)) return undefined;
  const { after_seconds: seconds, decision, message } = unanswered;
  if (typeof seconds !== 'number' || typeof decision !== 'string') return undefined;
  const told = decision === 'reject' && typeof message === 'string' ? { message } : {};
  return { afterMs: seconds * 1000, decision: { type: decision, ...told } };
}

/** How long a job that has ended with this result waits for an answer; undefined when it asks nothing, or waits for ever. */
export function patienceOf(result: JsonObject): number | undefined {
  return result['status'] === 'interrupted' ? unansweredIn(result)?.afterMs : undefined;
}

function callsIn(value: Json | undefined): number {
  const calls = isJsonObject(value) ? value['actionRequests'] : undefined;
  return Array.isArray(calls) ? calls.length : 0;
}

/**
 * The answer to a question that nobody has answered, as a run takes it up; undefined when it is not about calls of tools. It names
 * what it answers: should a person answer in the same instant, it decides nothing that is asked next.
 */
export function defaultAnswer(result: JsonObject): Json | undefined {
  const { decision } = unansweredIn(result) ?? {};
  const { interrupts } = result;
  if (decision === undefined || !Array.isArray(interrupts)) return undefined;
  const answers = interrupts.filter(isJsonObject).flatMap(({ id, value }) => {
    const decisions = Array.from({ length: callsIn(value) }, () => decision);
    return typeof id === 'string' && decisions.length > 0 ? [[id, { decisions }] as const] : [];
  });
  if (answers.length === 0 || answers.length < interrupts.length) return undefined;
  return Object.fromEntries(answers);
}
