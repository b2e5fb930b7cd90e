import { describe, expect, test } from 'vitest';
import { allProblems } from '../../worker/agents/definition/parse.ts';
import { capabilitiesOf } from '../../worker/agents/definition/capabilities.ts';
import { defaultAnswer, patienceOf } from '../../worker/jobs/rules/unanswered.ts';
import type { JsonObject } from '../../worker/json.ts';
import { definition, quick, settings } from '../agents/fixture.ts';

const calls = (count: number) => ({ actionRequests: Array.from({ length: count }, () => ({ name: 'pay' })) });
const refusal = { after_seconds: 60, decision: 'reject', message: 'Too late.' };
const asks = (interrupts: JsonObject[], unanswered: JsonObject = refusal): JsonObject => ({
  status: 'interrupted',
  interrupts,
  unanswered,
});
const no = { type: 'reject', message: 'Too late.' };

test.each([
  { reason: 'one call', result: asks([{ id: 'a', value: calls(1) }]), answer: { a: { decisions: [no] } } },
  {
    reason: 'each call of a question',
    result: asks([{ id: 'a', value: calls(2) }]),
    answer: { a: { decisions: [no, no] } },
  },
  {
    reason: 'each question, where several ask at once',
    result: asks([
      { id: 'a', value: calls(1) },
      { id: 'b', value: calls(1) },
    ]),
    answer: { a: { decisions: [no] }, b: { decisions: [no] } },
  },
  {
    reason: 'who lets it run has nothing to say',
    result: asks([{ id: 'a', value: calls(1) }], { after_seconds: 1, decision: 'approve', message: 'x' }),
    answer: { a: { decisions: [{ type: 'approve' }] } },
  },
  { reason: 'a question of another kind', result: asks([{ id: 'a', value: 'Which?' }]), answer: undefined },
  {
    reason: 'nothing is said of silence',
    result: { status: 'interrupted', interrupts: [] },
    answer: undefined,
  },
])('the answer in the place of a person: $reason', ({ result, answer }) => {
  expect(defaultAnswer(result)).toEqual(answer);
});

test('only a job that has ended with a question is answered', () => {
  expect(patienceOf(asks([]))).toBe(60_000);
  expect(patienceOf({ status: 'completed', unanswered: refusal })).toBeUndefined();
});

describe('unanswered of a definition', () => {
  const problemsOf = (unanswered: JsonObject, decisions: string[] | undefined) => {
    const one = definition({}, { pay: quick });
    const [node] = one['nodes'] as { config: object }[];
    if (decisions) Object.assign(node?.config ?? {}, { interrupt_on: { pay: decisions } });
    return allProblems({ ...one, unanswered }, capabilitiesOf(settings('http://127.0.0.1:1')));
  };

  test.each([
    {
      reason: 'as it should be',
      unanswered: { after: '24h', decision: 'reject' },
      decisions: ['approve', 'reject'],
      path: undefined,
    },
    {
      reason: 'a decision that no person has',
      unanswered: { after: '24h', decision: 'approve' },
      decisions: ['reject'],
      path: 'unanswered.decision',
    },
    {
      reason: 'nobody is asked',
      unanswered: { after: '24h', decision: 'reject' },
      decisions: undefined,
      path: 'unanswered',
    },
    {
      reason: 'no time',
      unanswered: { after: 'soon', decision: 'reject' },
      decisions: ['reject'],
      path: 'unanswered.after',
    },
  ])('$reason', ({ unanswered, decisions, path }) => {
    expect(problemsOf(unanswered, decisions).map((problem) => problem.path)).toEqual(
      path === undefined ? [] : [path],
    );
  });
});
