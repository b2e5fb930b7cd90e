import { describe, expect, test } from 'vitest';
import { deadLetter } from '../../worker/jobs/rules/dead-letter.ts';
import { newTraceparent, payloadHash, resultEventId } from '../../worker/jobs/digest.ts';
import { resultMessage } from '../../worker/jobs/rules/result-event.ts';
import type { JobEnd } from '../../worker/job-store.ts';

const route = { prefix: 'agent', maxBytes: 1_048_576, publicUrl: 'http://worker:8080' };

const facts = (end: JobEnd) => ({
  group: 'shop/agent',
  jobId: 'j 1',
  token: 2,
  traceId: 't-1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  sentBy: '00-0af7651916cd43dd8448eb211c80319c-aaaaaaaaaaaaaaaa-01',
  end,
  time: '2026-01-02T03:04:05.000Z',
});

const parsed = (body: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(body));

describe('the result event', () => {
  test('of a completed job', () => {
    const end: JobEnd = { status: 'completed', result: { output: 'Hi', status: 'completed' } };
    const message = resultMessage(facts(end), route);
    expect(message).toMatchObject({
      id: resultEventId('shop/agent', 'j 1', 2),
      subject: 'agent.status.completed',
      headers: {
        'Content-Type': 'application/cloudevents+json',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-aaaaaaaaaaaaaaaa-01',
      },
    });
    expect(parsed(message.body)).toEqual({
      specversion: '1.0',
      type: 'dev.my-platform.agent.completed',
      source: 'agent-executor-service',
      subject: 'j 1',
      id: message.id,
      time: '2026-01-02T03:04:05.000Z',
      datacontenttype: 'application/json',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      data: { job_id: 'j 1', trace_id: 't-1', result: { output: 'Hi', status: 'completed' } },
    });
  });

  test.each(['failed', 'cancelled'] as const)('of a %s job is a failed event without a stack', (status) => {
    const error = { code: 'TOOL_FAILED', message: 'it broke' };
    const message = resultMessage(facts({ status, error }), route);
    expect(message.subject).toBe('agent.status.failed');
    expect(parsed(message.body)).toMatchObject({
      type: 'dev.my-platform.agent.failed',
      data: { error: { code: 'TOOL_FAILED', type: 'TOOL_FAILED', message: 'it broke', stack_trace: '' } },
    });
  });

  test('a result too large for a message goes by reference', () => {
    const end: JobEnd = { status: 'completed', result: { output: 'x'.repeat(20_000), status: 'completed' } };
    const message = resultMessage(facts(end), { ...route, maxBytes: 16_384 });
    expect(message.body.length).toBeLessThan(2_000);
    expect(parsed(message.body)).toMatchObject({
      data: { result: { status: 'completed', ref: 'http://worker:8080/jobs/j%201' } },
    });
  });

  test('has one id for each end, in the form of a UUID', () => {
    expect(resultEventId('g', 'a', 1)).toBe(resultEventId('g', 'a', 1));
    expect(resultEventId('g', 'a', 1)).not.toBe(resultEventId('g', 'b', 1));
    expect(resultEventId('g', 'a', 1)).not.toBe(resultEventId('g', 'a', 2));
    expect(resultEventId('g', 'a', 1)).not.toBe(resultEventId('h', 'a', 1));
    expect(resultEventId('g', 'a', 1)).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  test('a trace that starts here is a valid one, and the same for each attempt', () => {
    expect(newTraceparent('a')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(newTraceparent('a')).toBe(newTraceparent('a'));
  });
});

describe('what makes two payloads the same', () => {
  const definition = { a: 1, b: [1, { c: null, d: 'x' }] };
  test.each([
    { reason: 'the order of keys does not count', other: { b: [1, { d: 'x', c: null }], a: 1 }, same: true },
    { reason: 'the order of a list does', other: { a: 1, b: [{ c: null, d: 'x' }, 1] }, same: false },
    { reason: 'neither does a number that became text', other: { ...definition, a: '1' }, same: false },
    { reason: 'null is not nothing', other: { a: 1, b: [1, { d: 'x' }] }, same: false },
  ])('$reason', ({ other, same }) => {
    const [one, two] = [
      { definition, input: {} },
      { definition: other, input: {} },
    ].map(payloadHash);
    expect(one === two).toBe(same);
  });
});

describe('a dead letter', () => {
  const delivery = {
    id: 'S:7',
    subject: 'agent.execute.x',
    headers: { 'Nats-Msg-Id': 'm-1', 'Content-Type': 'text/plain', Odd: 'a\r\nForged: b' },
    body: new TextEncoder().encode('{not json'),
    deliveries: 2,
  };
  const why = { code: 'INVALID_EVENT', message: 'first line\nsecond line' };

  test('holds the original and the reason', () => {
    const message = deadLetter(delivery, why, { prefix: 'agent', group: 'shop/agent' }, 1_048_576);
    expect(message).toMatchObject({ id: 'dead:shop/agent:S:7', subject: 'agent.dead' });
    expect(message.body).toEqual(delivery.body);
    expect(message.headers).toEqual({
      'Agent-Original-Nats-Msg-Id': 'm-1',
      'Content-Type': 'text/plain',
      Odd: 'a Forged: b',
      'Agent-Dead-Code': 'INVALID_EVENT',
      'Agent-Dead-Reason': 'first line second line',
      'Agent-Dead-Subject': 'agent.execute.x',
      'Agent-Dead-Source': 'S:7',
      'Agent-Dead-Deliveries': '2',
    });
  });

  test('of a message as large as the queue takes says how much is missing', () => {
    const large = { ...delivery, body: new Uint8Array(20_000) };
    const message = deadLetter(large, why, { prefix: 'agent', group: 'shop/agent' }, 20_000);
    expect(message.body.length).toBe(20_000 - 8_192);
    expect(message.headers).toMatchObject({ 'Agent-Dead-Body-Bytes': '20000' });
  });
});
