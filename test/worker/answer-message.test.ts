import { expect, test } from 'vitest';
import { readMessage } from '../../worker/jobs/rules/message.ts';
import type { Json, JsonObject } from '../../worker/json.ts';

const question = '0123456789abcdef0123456789abcdef';
const answer = { job_id: 'j-1', trace_id: 't-1', thread_id: 't', resume: 'yes' };

function read(payload: JsonObject) {
  return readMessage({}, new TextEncoder().encode(JSON.stringify(payload)));
}

test.each<{ reason: string; payload: JsonObject; resume: Json }>([
  { reason: 'whatever is asked', payload: answer, resume: 'yes' },
  {
    reason: 'the question that it names',
    payload: { ...answer, interrupt_id: question },
    resume: { [question]: 'yes' },
  },
  { reason: 'no question in particular', payload: { ...answer, interrupt_id: null }, resume: 'yes' },
])('an answer is for $reason', ({ payload, resume }) => {
  expect(read(payload)).toMatchObject({
    kind: 'job',
    request: { thread: 't', run: { command: { resume } } },
  });
});

test.each<{ reason: string; payload: JsonObject; problem: { path: string; message: string } }>([
  {
    reason: 'names no thread',
    payload: { job_id: 'j-1', trace_id: 't-1', agent: 'writer', resume: 'yes' },
    problem: { path: 'thread_id', message: 'expected the thread of the question' },
  },
  {
    reason: 'names a question that is none',
    payload: { ...answer, interrupt_id: 'the second' },
    problem: { path: 'interrupt_id', message: 'expected the `id` of one of the `interrupts` of a result' },
  },
  {
    reason: 'has no answer',
    payload: { ...answer, interrupt_id: question, resume: null, input_payload: { a: 1 } },
    problem: { path: 'resume', message: 'expected the answer to the question that `interrupt_id` names' },
  },
])('an answer is refused that $reason', ({ payload, problem }) => {
  expect(read(payload)).toMatchObject({ kind: 'invalid', problems: [problem] });
});
