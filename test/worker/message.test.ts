import { describe, expect, test } from 'vitest';
import { newTraceparent } from '../../worker/jobs/digest.ts';
import { readMessage, sentence, writeMessage } from '../../worker/jobs/rules/message.ts';
import type { Json } from '../../worker/json.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const json = (value: Json): Uint8Array => bytes(JSON.stringify(value));

const payload = {
  trace_id: 't-1',
  job_id: 'j-1',
  agent_definition: { name: 'a' },
  input_payload: { messages: [] },
};
const request = {
  jobId: 'j-1',
  traceId: 't-1',
  definition: { name: 'a' },
  input: { messages: [] },
  traceparent: newTraceparent('j-1'),
};
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const envelope = { specversion: '1.0', type: 'x', source: 'y', id: 'z' };

describe('what is a job', () => {
  test.each([
    {
      reason: 'structured mode with its content type',
      headers: { 'Content-Type': 'application/cloudevents+json' },
      body: json({ ...envelope, data: payload }),
      expected: request,
    },
    {
      reason: 'structured mode without a header, as the predecessor sent it',
      headers: {},
      body: json({ ...envelope, data: payload }),
      expected: request,
    },
    { reason: 'a bare payload with no envelope', headers: {}, body: json(payload), expected: request },
    {
      reason: 'an envelope of which only data is there',
      headers: {},
      body: json({ data: payload }),
      expected: request,
    },
    {
      reason: 'data in base64',
      headers: {},
      body: json({ ...envelope, data_base64: btoa(JSON.stringify(payload)) }),
      expected: request,
    },
    {
      reason: 'data in base64 is UTF-8',
      headers: {},
      body: json({
        ...envelope,
        data_base64: Buffer.from(
          JSON.stringify({ ...payload, input_payload: { text: 'Grüße – 東京 🚀' } }),
        ).toString('base64'),
      }),
      expected: { ...request, input: { text: 'Grüße – 東京 🚀' } },
    },
    {
      reason: 'binary mode: the attributes are headers, and the body is the payload',
      headers: { 'ce-specversion': '1.0', 'ce-type': 'x', 'Content-Type': 'application/json' },
      body: json(payload),
      expected: request,
    },
    {
      reason: 'binary mode, written in capitals as HTTP libraries do',
      headers: { 'Ce-Specversion': '1.0', 'Ce-Traceparent': traceparent },
      body: json(payload),
      expected: { ...request, traceparent },
    },
    {
      reason: 'both modes at once, as clients of the predecessor sent it over HTTP',
      headers: { 'ce-specversion': '1.0', 'ce-type': 'x', 'ce-id': 'z', 'Content-Type': 'application/json' },
      body: json({ ...envelope, data: payload }),
      expected: request,
    },
    {
      reason: 'both modes at once, with data in base64 and the trace context in a header',
      headers: { 'ce-specversion': '1.0', 'ce-traceparent': traceparent },
      body: json({ ...envelope, data_base64: btoa(JSON.stringify(payload)) }),
      expected: { ...request, traceparent },
    },
    {
      reason: 'blanks around an id are not part of it',
      headers: {},
      body: json({ ...payload, job_id: ' j-1 ', trace_id: '\tt-1' }),
      expected: request,
    },
    {
      reason: 'the trace context of the event',
      headers: {},
      body: json({ ...envelope, traceparent, data: payload }),
      expected: { ...request, traceparent },
    },
    {
      reason: 'the trace context of the message, when the event has none',
      headers: { traceparent },
      body: json(payload),
      expected: { ...request, traceparent },
    },
    {
      reason: 'a trace context that is none is not passed on: the predecessor made some up from any text',
      headers: { traceparent: '00-test-trace-001-01' },
      body: json(payload),
      expected: request,
    },
    {
      reason: 'an all-zero trace id is invalid by W3C Trace Context',
      headers: { traceparent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01` },
      body: json(payload),
      expected: request,
    },
    {
      reason: 'an agent by its name: the definition is found later',
      headers: {},
      body: json({ ...payload, agent_definition: null, agent: 'writer' }),
      expected: { ...request, definition: undefined, definitionFrom: 'agent writer' },
    },
    {
      reason: 'a job on a thread goes on with the agent of the thread',
      headers: {},
      body: json({ ...payload, agent_definition: null, thread_id: 't' }),
      expected: { ...request, definition: undefined, definitionFrom: 'thread', thread: 't' },
    },
    {
      reason: 'an answer for a thread that asks needs no input',
      headers: {},
      body: json({ job_id: 'j-1', trace_id: 't-1', thread_id: 't', resume: 'yes' }),
      expected: {
        ...request,
        definition: undefined,
        definitionFrom: 'thread',
        input: {},
        thread: 't',
        run: { command: { resume: 'yes' } },
      },
    },
  ])('$reason', ({ headers, body, expected }) => {
    expect(readMessage(headers, body)).toEqual({ kind: 'job', request: expected });
  });
});

describe('what is not', () => {
  test.each([
    { reason: 'no JSON', body: bytes('{'), problems: ['expected a JSON object that holds the job'] },
    {
      reason: 'no UTF-8',
      body: Uint8Array.of(0xff),
      problems: ['expected a JSON object that holds the job'],
    },
    { reason: 'nothing', body: bytes(''), problems: ['expected a JSON object that holds the job'] },
    { reason: 'a list', body: json([payload]), problems: ['expected a JSON object that holds the job'] },
    {
      reason: 'data that is text',
      body: json({ data: 'x' }),
      problems: ['data: expected a JSON object that holds the job'],
    },
    {
      reason: 'base64 of something else',
      body: json({ data_base64: '%' }),
      problems: ['data_base64: expected a JSON object that holds the job'],
    },
    {
      reason: 'base64 of bytes that are no text',
      body: json({ data_base64: btoa('{"job_id":"\xff"}') }),
      problems: ['data_base64: expected a JSON object that holds the job'],
    },
    {
      reason: 'all problems are named at once, with their paths',
      body: json({ data: { job_id: ' ', agent_definition: {}, input_payload: [] } }),
      problems: [
        'data.job_id: expected a text that is not blank',
        'data.trace_id: expected a text that is not blank',
        'data.agent_definition: expected an object that is not empty',
        'data.input_payload: expected an object that is not empty',
      ],
    },
    {
      reason: 'an id that could forge a header',
      body: json({ ...payload, job_id: 'a\nb' }),
      problems: ['job_id: expected no control characters'],
    },
    {
      reason: 'an id without end',
      body: json({ ...payload, trace_id: 'x'.repeat(201) }),
      problems: ['trace_id: expected at most 200 characters'],
    },
    {
      reason: 'an id that is a number',
      body: json({ ...payload, job_id: 1 }),
      problems: ['job_id: expected a text that is not blank'],
    },
    {
      reason: 'an input deeper than the stack',
      body: bytes(
        JSON.stringify({ ...payload, input_payload: { a: 0 } }).replace(
          '0',
          `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
        ),
      ),
      problems: ['input_payload: expected at most 100 levels of lists and objects'],
    },
  ])('$reason', ({ body, problems }) => {
    const message = readMessage({}, body);
    expect(message.kind).toBe('invalid');
    expect(message.kind === 'invalid' && message.problems.map((one) => sentence([one]))).toEqual(problems);
  });

  test('the id of a job that cannot be run is read all the same, so that whoever waits hears of it', () => {
    const message = readMessage({ traceparent }, json({ data: { ...payload, input_payload: {} } }));
    expect(message).toMatchObject({ kind: 'invalid', jobId: 'j-1', traceId: 't-1', traceparent });
  });
});

test('a job written is the job read', () => {
  const one = { ...request, definitionFrom: 'agent writer', traceparent };
  expect(readMessage({}, bytes(writeMessage(one)))).toEqual({ kind: 'job', request: one });
});
