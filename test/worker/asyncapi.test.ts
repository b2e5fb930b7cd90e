import specs from '@asyncapi/specs';
import { Ajv } from 'ajv';
import type { SchemaObject } from 'ajv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { subjects } from '../../worker/adapters/nats/streams.ts';
import { channelOf } from '../../worker/adapters/redis/places.ts';
import { describe as describeApp, openApp } from '../../worker/http/app.ts';
import { asyncapi } from '../../worker/http/asyncapi/document.ts';
import { jobView } from '../../worker/http/job-view.ts';
import type { Door } from '../../worker/http/service.ts';
import type { JobEnd } from '../../worker/job-store.ts';
import { newTraceparent } from '../../worker/jobs/digest.ts';
import { readMessage, writeMessage } from '../../worker/jobs/rules/message.ts';
import { LIMIT, NUMBERS } from '../../worker/jobs/rules/options.ts';
import { resultMessage } from '../../worker/jobs/rules/result-event.ts';
import { parseJson } from '../../worker/json.ts';
import type { Json, JsonObject } from '../../worker/json.ts';
import { until } from '../engine/until.ts';
import { attempts, fail, start, succeed } from './fixture.ts';
import { channelAt, document, problems } from './told.ts';

const bytes = (value: Json): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const parsed = (body: Uint8Array): Json => parseJson(new TextDecoder().decode(body)) ?? null;

test('is what the schema of AsyncAPI 3.0 takes, and all that it refers to is in it', () => {
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(
    specs.schemasWithoutId['3.0.0'] as SchemaObject,
  );
  validate(document);
  expect(validate.errors).toBeNull();
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path);
  const found = (path: string) =>
    path.split('/').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document);
  expect(refs.length).toBeGreaterThan(20);
  for (const path of refs) expect(found(path), path).toBeTypeOf('object');
});

test.each([
  { publicUrl: '', url: 'http://localhost:8080' },
  { publicUrl: 'https://agents.example.com/some', url: 'https://agents.example.com/some' },
])(
  'is served without a token, and names $url where PUBLIC_URL is "$publicUrl"',
  async ({ publicUrl, url }) => {
    const service = { parts: { settings: { prefix: 'shop.agent', publicUrl } } };
    const app = openApp({ serviceOf: () => service, maxRequestBytes: 1_000 } as unknown as Door);
    const answer = await app.request('http://localhost:8080/asyncapi.json', {}, { endpoint: '' });
    expect(await answer.json()).toEqual(asyncapi('shop.agent', url));
  },
);

test('its addresses are those of the worker', () => {
  const addresses = Object.values(document.channels).map(({ address }) => address.replace('{any}', '*'));
  expect(addresses).toEqual([
    subjects.jobs('agent'),
    subjects.answers('agent'),
    ...['completed', 'failed', 'refused'].map((status) => subjects.status('agent', status)),
    subjects.dead('agent'),
    channelOf('{job_id}'),
    '/jobs/{id}/events',
    '/deepagents-runtime/stream/{thread_id}',
  ]);
  const paths = Object.keys(describeApp(openApp({} as Door)).paths ?? {});
  expect(paths).toEqual(expect.arrayContaining(addresses.filter((address) => address.startsWith('/'))));
});

test('whatever the loop publishes and tells is as it says, where it says', async () => {
  const { agent } = attempts(fail('MODEL_UNAVAILABLE'), succeed, fail('MODEL_REFUSED'));
  const { publish, publishRaw, result, published, queue, parts } = start({ agent });
  for (const jobId of ['completed', 'failed']) {
    await publish(jobId);
    await result(jobId);
  }
  await publishRaw('1', '{');
  await until('it is refused', () => Promise.resolve(published('.refused').length > 0));
  const sent = queue.published.filter(({ subject }) => !subject.startsWith('agent.execute.'));
  expect(sent.map(({ subject }) => subject).toSorted()).toEqual(
    ['dead', 'status.completed', 'status.failed', 'status.refused'].map((name) => `agent.${name}`),
  );
  for (const { subject, headers, body } of sent) {
    const channel = channelAt(subject);
    expect(problems(channel, 'payload', parsed(body)), subject).toEqual([]);
    expect(problems(channel, 'headers', { ...headers }), subject).toEqual([]);
  }
  const live = await Promise.all(
    ['completed', 'failed'].map((jobId) => parts.events.read(jobId, undefined, 100)),
  );
  const told = live.flatMap(({ events }) => events);
  expect(new Set(told.map(({ type }) => type))).toEqual(new Set(['on_attempt', 'error', 'end']));
  for (const { type, data } of told)
    expect(problems('live', 'payload', { event_type: type, data }), type).toEqual([]);
  const record = await parts.store.read('failed');
  const state = record ? jobView(record) : {};
  expect(problems('events', 'payload', { event_type: 'state', data: state })).toEqual([]);
  expect(problems('live', 'payload', { event_type: 'state', data: state })).not.toEqual([]);
});

const error = { code: 'CANCELLED', message: 'the job was cancelled' };
const interrupted = { output: null, status: 'interrupted', interrupts: [{ id: 'i', value: {} }] };

test.each<{ reason: string; maxBytes: number; end: JobEnd }>([
  {
    reason: 'that is too large',
    maxBytes: 5_000,
    end: { status: 'completed', result: { output: 'x'.repeat(9_000), status: 'completed' } },
  },
  { reason: 'that asks', maxBytes: 1e6, end: { status: 'completed', result: interrupted } },
  { reason: 'of a job that was cancelled', maxBytes: 1e6, end: { status: 'cancelled', error } },
])('a result $reason is as it says, where it says', ({ maxBytes, end }) => {
  const facts = { group: 'g', jobId: 'j', token: 1, traceId: 't', end, time: new Date(0).toISOString() };
  const traces = { traceparent: newTraceparent('j'), sentBy: newTraceparent('j') };
  const route = { prefix: 'agent', publicUrl: 'http://worker', maxBytes };
  const { subject, body } = resultMessage({ ...facts, ...traces }, route);
  expect(problems(channelAt(subject), 'payload', parsed(body))).toEqual([]);
});

const isTaken = (message: Json): boolean => readMessage({}, bytes(message)).kind === 'job';

const ids = { job_id: 'j', trace_id: 't' };
const job = { ...ids, agent: 'writer', input_payload: { a: 1 } };
const answer = { ...ids, thread_id: 'a', resume: { decisions: [] } };
const boundary = (options: JsonObject) => ({ ...job, options });
const boundaries = Object.entries(NUMBERS).flatMap(([name, { least, most }]) =>
  [least - 1, least, most, most + 1, least + 0.5].map((value) => boundary({ [name]: value })),
);

test.each<JsonObject>([
  job,
  ids,
  { ...ids, agent_definition: { nodes: [] }, input_payload: { a: 1 } },
  { ...ids, agent_definition: {}, input_payload: { a: 1 } },
  { ...ids, thread_id: 'a', input_payload: { a: 1 } },
  { ...ids, input_payload: { a: 1 } },
  { ...job, input_payload: {} },
  { ...job, input_payload: 'text' },
  { ...job, job_id: '' },
  { ...job, job_id: ' ' },
  { ...job, job_id: 'a\nb' },
  { ...job, job_id: 'größer – 東京' },
  { ...job, job_id: 'x'.repeat(200) },
  { ...job, job_id: 'x'.repeat(201) },
  { ...job, anything: 'else' },
  answer,
  { ...answer, resume: null },
  { ...answer, interrupt_id: 'second' },
  { ...answer, interrupt_id: '0'.repeat(32) },
  { ...ids, resume: 'yes' },
  { thread_id: 'a', job_id: 'j', resume: 'yes' },
  boundary({ tags: ['a'], concurrency: { key: 'a', limit: LIMIT.most } }),
  boundary({ concurrency: { key: 'a' } }),
  boundary({ rates: [{ key: 'a', limit: LIMIT.most + 1, per_seconds: 1 }] }),
  boundary({ tags: Array.from({ length: 21 }, () => 'a') }),
  boundary({ tags: ['x'.repeat(101)] }),
  boundary({ priorty: 1 }),
  ...boundaries,
])('%j is taken by the worker exactly where it fits', (data) => {
  for (const message of [data, { specversion: '1.0', type: 'x', source: 'y', id: 'z', data }])
    expect(problems('execute', 'payload', message).length === 0).toBe(isTaken(message));
});

test('so it is with any other', () => {
  const mostly = (good: Json, ...bad: readonly Json[]) =>
    fc.oneof({ weight: 6, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: fc.constantFrom(...bad) });
  const members = {
    job_id: mostly('j', ' ', 1),
    trace_id: mostly('t', ''),
    agent_definition: mostly({ a: 1 }, {}, 'a'),
    agent: mostly('writer', '', 1),
    thread_id: mostly('a', '', []),
    input_payload: mostly({ a: 1 }, {}, [1]),
    resume: mostly('yes', false, {}),
    interrupt_id: mostly('0'.repeat(32), 'second'),
    options: mostly({ tags: ['a'] }, {}, { tags: [''] }, 'soon'),
  };
  const anyMessage = fc.record(members, { requiredKeys: ['job_id', 'trace_id'] });
  let taken = 0;
  fc.assert(
    fc.property(anyMessage, (message) => {
      taken += isTaken(message) ? 1 : 0;
      expect(problems('execute', 'payload', message).length === 0).toBe(isTaken(message));
    }),
    { numRuns: 2_000 },
  );
  expect(taken).toBeGreaterThan(50);
});

test('a job that the worker publishes itself is as it says', () => {
  const request = { jobId: 'j', traceId: 't', definition: { nodes: [] }, input: { a: 1 } };
  const text = writeMessage({ ...request, traceparent: newTraceparent('j'), options: { priority: 1 } });
  expect(problems('execute', 'payload', parseJson(text) ?? null)).toEqual([]);
});
