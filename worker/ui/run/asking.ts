import { asList, asObject, asText } from './json.ts';
import type { Json, JsonObject } from './json.ts';

export type DecisionKind = 'approve' | 'edit' | 'reject';

/** A call of a tool that waits for a person. */
export interface Request {
  readonly tool: string;
  readonly args: JsonObject;
  readonly description: string;
  readonly allowed: readonly DecisionKind[];
}

/** What a run that stopped asks: about calls, or anything else, which is shown as it is. */
export interface Question {
  readonly id: string;
  readonly requests: readonly Request[];
  readonly value: Json;
}

const KINDS: readonly DecisionKind[] = ['approve', 'edit', 'reject'];

/** What is asked by the interrupts of a run, in either spelling of LangChain's. */
export function questionsOf(interrupts: Json | undefined): readonly Question[] {
  return asList(interrupts).map((interrupt) => {
    const { id, value = null } = asObject(interrupt);
    const asked = asObject(value);
    const reviews = asList(asked['reviewConfigs'] ?? asked['review_configs']).map(asObject);
    const requests = asList(asked['actionRequests'] ?? asked['action_requests']).map(
      (request, index): Request => {
        const { name, args, arguments: other, description } = asObject(request);
        const review = reviews[index] ?? {};
        const allowed = asList(review['allowedDecisions'] ?? review['allowed_decisions']);
        return {
          tool: asText(name),
          args: asObject(args ?? other),
          description: asText(description),
          allowed: KINDS.filter((kind) => allowed.includes(kind)),
        };
      },
    );
    return { id: asText(id), requests, value };
  });
}

/** What a person has decided about one call. */
export type Decision =
  | { readonly type: 'approve' }
  | { readonly type: 'edit'; readonly args: JsonObject }
  | { readonly type: 'reject'; readonly message: string };

function decisionJson(decision: Decision, { tool }: Request): JsonObject {
  switch (decision.type) {
    case 'approve':
      return { type: 'approve' };
    case 'edit':
      return { type: 'edit', editedAction: { name: tool, args: decision.args } };
    case 'reject':
      return { type: 'reject', ...(decision.message !== '' && { message: decision.message }) };
  }
}

/** An answer in words, as the person who gave it reads it again. */
export function answerWords(resume: Json): string {
  const answers = asObject(resume);
  const all = 'decisions' in answers ? [answers] : Object.values(answers).map(asObject);
  const decisions = all.flatMap(({ decisions: some }) => asList(some)).map(asObject);
  if (decisions.length === 0) return asText(resume) || JSON.stringify(resume);
  return decisions.map(decisionWords).join('\n\n');
}

function decisionWords({ type, message, editedAction }: JsonObject): string {
  if (type === 'approve') return 'Approved.';
  if (type === 'edit')
    return `With other arguments: \`${JSON.stringify(asObject(editedAction)['args'] ?? null)}\``;
  return asText(message) === '' ? 'Rejected.' : `Rejected: ${asText(message)}`;
}

/** The answer to all questions, as a run takes it up: `decided` has the decisions of each question, or any value. */
export function answerTo(
  questions: readonly Question[],
  decided: readonly (readonly Decision[] | Json)[],
): Json {
  const answers = questions.map((question, index): Json => {
    if (question.requests.length === 0) return (decided[index] ?? null) as Json;
    const decisions = (decided[index] ?? []) as readonly Decision[];
    return {
      decisions: question.requests.map((request, at) =>
        decisionJson(decisions[at] ?? { type: 'reject', message: '' }, request),
      ),
    };
  });
  const [only = null] = answers;
  if (answers.length === 1) return only;
  return Object.fromEntries(questions.map(({ id }, index) => [id, answers[index] ?? null]));
}
