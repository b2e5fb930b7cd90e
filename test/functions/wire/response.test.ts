import { RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Condition, Response } from '../../../functions/composition/contract.ts';
import { decodeRequest } from '../../../functions/wire/request.ts';
import { encodeResponse } from '../../../functions/wire/response.ts';
import type { Draft } from './wire.ts';
import { anyKey, anyObject, anyText, encodeRequest } from './wire.ts';

type Request = Draft<RunFunctionRequest>;

/** What the SDK reads of our answer to a request of the SDK. */
function answered(response: Response, request: Request = {}): RunFunctionResponse {
  return RunFunctionResponse.decode(encodeResponse(response, decodeRequest(encodeRequest(request))));
}

const nothing: Response = {
  results: [],
  conditions: [],
  requirements: {},
  schemas: {},
  resources: [],
  status: null,
  ttl: 0,
};

const numbers = { severity: { fatal: 1, warning: 2 }, status: { Unknown: 1, True: 2, False: 3 } } as const;
const composite = 1;

const anyResponse: fc.Arbitrary<Response> = fc.record({
  results: fc.array(fc.record({ severity: fc.constantFrom('fatal', 'warning'), message: anyText })),
  conditions: fc.array(
    fc.record(
      {
        type: anyText,
        status: fc.constantFrom<Condition['status']>('True', 'False', 'Unknown'),
        reason: anyText,
        message: anyText,
      },
      { requiredKeys: ['type', 'status', 'reason'] },
    ),
  ),
  requirements: fc.dictionary(
    anyKey,
    fc.record({ apiVersion: anyText, kind: anyText, name: anyText, namespace: anyText }),
    { noNullPrototype: true },
  ),
  schemas: fc.dictionary(anyKey, fc.record({ apiVersion: anyText, kind: anyText }), {
    noNullPrototype: true,
  }),
  resources: fc.uniqueArray(
    fc.record({
      key: anyKey,
      object: fc.record({ apiVersion: anyText, kind: anyText, metadata: anyObject, spec: anyObject }),
      readiness: fc.oneof(
        fc.constant({ ready: true } as const),
        fc.record({ ready: fc.constant(false as const), why: anyText }),
      ),
    }),
    { selector: ({ key }) => key },
  ),
  status: fc.option(anyObject),
  ttl: fc.nat({ max: 2 ** 31 }),
});

test('the SDK reads of any answer what was put in', () => {
  fc.assert(
    fc.property(anyResponse, anyText, (response, tag) => {
      const claim = { apiVersion: 'example.org/v1', kind: 'Claim' };
      const read = answered(response, { meta: { tag }, observed: { composite: { resource: claim } } });
      expect(read.meta).toEqual({ tag, ttl: { seconds: response.ttl, nanos: 0 } });
      expect(read.results).toEqual(
        response.results.map(({ severity, message }) => ({
          severity: numbers.severity[severity],
          message,
          reason: undefined,
          target: composite,
        })),
      );
      expect(read.conditions).toEqual(
        response.conditions.map(({ type, status, reason, message }) => ({
          type,
          status: numbers.status[status],
          reason,
          message,
          target: composite,
        })),
      );
      expect(read.requirements?.resources ?? {}).toEqual(
        Object.fromEntries(
          Object.entries(response.requirements).map(([key, { apiVersion, kind, name, namespace }]) => [
            key,
            { apiVersion, kind, namespace, matchName: name, matchLabels: undefined },
          ]),
        ),
      );
      expect(read.requirements?.schemas ?? {}).toEqual(response.schemas);
      expect(read.desired?.resources ?? {}).toEqual(
        Object.fromEntries(
          response.resources.map(({ key, object, readiness }) => [
            key,
            { resource: object, connectionDetails: {}, ready: readiness.ready ? 1 : 2 },
          ]),
        ),
      );
      expect(read.desired?.composite?.resource).toEqual(
        response.status === null ? undefined : { ...claim, status: response.status },
      );
      expect(read.context).toBeUndefined();
      expect(read.output).toBeUndefined();
    }),
    { seed: 20261121, numRuns: 300 },
  );
});

describe('what earlier steps of the pipeline want', () => {
  const request: Request = {
    observed: { composite: { resource: { apiVersion: 'example.org/v1', kind: 'Claim' } } },
    desired: {
      composite: {
        resource: {
          metadata: { labels: { team: 'red' } },
          status: { phase: 'Theirs', theirs: { kept: true } },
        },
        connectionDetails: { user: Buffer.from('admin') },
        ready: 2,
      },
      resources: {
        bucket: { resource: { kind: 'Bucket' }, connectionDetails: { id: Buffer.from('7') }, ready: 1 },
        shared: { resource: { kind: 'Replaced', spec: { a: 1 } }, ready: 1 },
      },
    },
    context: { 'example.org/environment': { region: 'north' } },
  };
  const before = RunFunctionRequest.fromPartial(request as object);

  test('comes back as it was when there is nothing of ours', () => {
    const read = answered(nothing, request);
    expect(read.desired).toEqual(before.desired);
    expect(read.context).toEqual(before.context);
  });

  test('gives way to a resource of the same key, as a whole', () => {
    const ours = { apiVersion: 'v1', kind: 'Ours' };
    const response: Response = {
      ...nothing,
      resources: [{ key: 'shared', object: ours, readiness: { ready: false, why: 'waits' } }],
    };
    const read = answered(response, request);
    expect(read.desired?.resources.shared).toEqual({ resource: ours, connectionDetails: {}, ready: 2 });
    expect(read.desired?.resources.bucket).toEqual(before.desired?.resources.bucket);
    expect(Object.keys(read.desired?.resources ?? {})).toHaveLength(2);
    expect(encodeResponse(response, decodeRequest(encodeRequest(request))).includes('Replaced')).toBe(false);
  });

  test('keeps every field of the composite resource but the members of status that are ours', () => {
    const read = answered({ ...nothing, status: { phase: 'Ready' } }, request);
    expect(read.desired?.composite).toEqual({
      resource: {
        apiVersion: 'example.org/v1',
        kind: 'Claim',
        metadata: { labels: { team: 'red' } },
        status: { phase: 'Ready', theirs: { kept: true } },
      },
      connectionDetails: { user: Buffer.from('admin') },
      ready: 2,
    });
  });
});

test('what JSON cannot say is refused with the name of the resource', () => {
  const object = { apiVersion: 'v1', kind: 'Secret', spec: { replicas: NaN } };
  const response: Response = { ...nothing, resources: [{ key: 'conn', object, readiness: { ready: true } }] };
  expect(() => answered(response)).toThrow(
    'cannot encode the resource conn: spec.replicas: expected JSON, got NaN',
  );
  expect(answered(nothing).desired, 'the next answer has nothing of it').toBeUndefined();
});
