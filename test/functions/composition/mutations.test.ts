import { RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import type { RunFunctionRequest } from '@crossplane-org/function-sdk-typescript';
import { status } from '@grpc/grpc-js';
import type { Client, ServiceError } from '@grpc/grpc-js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../functions/composition/contract.ts';
import { kinds } from '../../../functions/kinds/registry.ts';
import { decodeStruct, writeStruct } from '../../../functions/wire/struct.ts';
import { WireWriter } from '../../../functions/wire/writer.ts';
import { claim } from '../call.ts';
import { call, connect, serving } from '../server/serving.ts';
import type { Serving } from '../server/serving.ts';
import type { Draft } from '../wire/wire.ts';
import { encodeRequest, nestedStruct, requestOf } from '../wire/wire.ts';

const password = 'swordfish-that-nobody-may-see';
const encodedPassword = Buffer.from(password).toString('base64');

const secret: JsonObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'orders-conn', namespace: 'shop' },
  type: 'kubernetes.io/basic-auth',
  data: { password: encodedPassword },
};
const cluster: JsonObject = {
  apiVersion: 'postgresql.cnpg.io/v1',
  kind: 'Cluster',
  metadata: { name: 'orders', namespace: 'shop' },
  status: {
    phase: 'Cluster in healthy state',
    readyInstances: 1,
    currentPrimary: 'orders-1',
    conditions: [{ type: 'Ready', status: 'True', reason: 'ClusterIsReady', message: 'Cluster is Ready' }],
  },
};

type Request = Draft<RunFunctionRequest>;

const ready: Request = {
  meta: { tag: 'tag' },
  observed: {
    composite: { resource: claim('PostgresInstance', { size: 'small', version: '16' }) },
    resources: { conn: { resource: secret, ready: 1 }, cluster: { resource: cluster } },
  },
  desired: { resources: { other: { resource: { kind: 'ConfigMap' }, ready: 1 } } },
  context: { region: 'north' },
  requiredResources: { conn: { items: [{ resource: secret }] } },
};

const requests = [
  ready,
  {
    observed: { composite: { resource: claim('DragonflyInstance', { replicas: 3 }) } },
    requiredResources: { conn: { items: [] } },
  },
  {
    observed: { composite: { resource: claim('AgentExecutor', { image: 'example.org/worker:v1' }) } },
    requiredResources: { 'database-secret': { items: [{ resource: secret }] } },
  },
].map(encodeRequest);

let running: Serving;
let client: Client;
beforeAll(async () => {
  running = await serving();
  client = connect(running.address);
});
afterAll(async () => {
  client.close();
  await running.server.stop(0);
});

async function answered(bytes: Buffer): Promise<RunFunctionResponse> {
  return RunFunctionResponse.decode(await call(client, bytes));
}

/** OK, or the code of the error. */
function codeOf(bytes: Buffer): Promise<status> {
  return call(client, bytes).then(
    () => status.OK,
    (error: ServiceError) => error.code,
  );
}

async function expectAllIsWell(): Promise<void> {
  const response = await answered(encodeRequest(ready));
  expect(response.results).toEqual([]);
  expect(Object.keys(response.desired?.resources ?? {}).toSorted()).toEqual(['cluster', 'conn', 'other']);
  expect(running.calls.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  const leaks = running.lines.filter((line) => line.includes(password) || line.includes(encodedPassword));
  expect(leaks).toEqual([]);
}

/** Bytes flipped, cut out, put in, repeated or taken from elsewhere, a few times over. */
const mutated = fc
  .record({
    original: fc.constantFrom(...requests),
    other: fc.constantFrom(...requests),
    edits: fc.array(
      fc.record({
        kind: fc.constantFrom('flip', 'cut', 'insert', 'repeat', 'splice', 'truncate'),
        at: fc.nat({ max: 4096 }),
        length: fc.nat({ max: 40 }),
        bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ original, other, edits }) =>
    edits.reduce((request, { kind, at, length, bytes }) => {
      const from = at % (request.length + 1);
      const before = request.subarray(0, from);
      const after = request.subarray(from);
      switch (kind) {
        case 'flip':
          return Buffer.concat([before, bytes.subarray(0, 1), after.subarray(1)]);
        case 'cut':
          return Buffer.concat([before, after.subarray(length)]);
        case 'insert':
          return Buffer.concat([before, bytes, after]);
        case 'repeat':
          return Buffer.concat([before, after.subarray(0, length), after]);
        case 'splice':
          return Buffer.concat([before, other.subarray(from, from + length), after.subarray(length)]);
        case 'truncate':
          return before;
      }
    }, original),
  );

test('10,000 mutations of valid requests end in an answer or an INVALID_ARGUMENT', async () => {
  const codes = { [status.OK]: 0, [status.INVALID_ARGUMENT]: 0 };
  const sample = fc.sample(mutated, { seed: 20261121, numRuns: 10_000 });
  while (sample.length > 0) {
    const together = sample.splice(0, 50);
    for (const [i, code] of (await Promise.all(together.map(codeOf))).entries()) {
      const known = code === status.OK || code === status.INVALID_ARGUMENT;
      expect(known, `${status[code]} for ${together[i]?.toString('hex')}`).toBe(true);
      if (known) codes[code]++;
    }
  }
  // Both ends were met often: the mutations are neither harmless nor all beyond reading.
  expect(Math.min(...Object.values(codes))).toBeGreaterThan(500);
  await expectAllIsWell();
});

describe('a request that is unusual', () => {
  test('may have 200 observed resources', async () => {
    const others = Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [`other-${i}`, { resource: { data: 'x'.repeat(4096) } }]),
    );
    const observed = { ...ready.observed, resources: { ...ready.observed?.resources, ...others } };
    const response = await answered(encodeRequest({ ...ready, observed }));
    expect(response.results).toEqual([]);
    await expectAllIsWell();
  });

  test('may have fields that we do not know', async () => {
    const unknown = new WireWriter();
    unknown.text(77, 'from the future');
    unknown.number(78, 2 ** 40);
    unknown.double(79, 1.5);
    const response = await answered(Buffer.concat([encodeRequest(ready), unknown.finish()]));
    expect(response.results).toEqual([]);
    const input = { apiVersion: 'example.org/v1', kind: 'Input', whatever: { is: ['in', 'it'] } };
    expect((await answered(encodeRequest({ ...ready, input }))).results).toEqual([]);
  });

  test.each([
    { reason: 'of a kind that is not ours', composite: { apiVersion: 'v1', kind: 'Pod', metadata: {} } },
    { reason: 'with nothing in it', composite: {} },
    { reason: 'with a list for its metadata', composite: { ...claim('PostgresInstance'), metadata: [1] } },
  ])('about a claim $reason gets a fatal result', async ({ composite }) => {
    const response = await answered(encodeRequest({ observed: { composite: { resource: composite } } }));
    expect(response.results).toHaveLength(1);
    await expectAllIsWell();
  });

  const wrong: readonly Json[] = [
    null,
    true,
    7,
    50.5,
    -1,
    1e300,
    'fifty',
    '',
    [],
    [[]],
    {},
    { a: { b: [] } },
  ];
  test.each(kinds)(
    'with values of every wrong type in the spec of $kind gets an answer',
    async ({ kind, schema }) => {
      const fields = Object.keys(schema.properties ?? {});
      for (const value of wrong) {
        const specs = [value, ...fields.map((field) => ({ image: 'a:b', [field]: value }))];
        for (const spec of specs) {
          const composite = { resource: claim(kind, spec) };
          expect(await codeOf(encodeRequest({ observed: { composite } }))).toBe(status.OK);
        }
      }
      await expectAllIsWell();
    },
  );

  test('says so when a storageGB is no whole number', async () => {
    for (const [storageGB, says] of [
      [50.5, 'spec.storageGB: expected a whole number, got 50.5'],
      ['fifty', 'spec.storageGB: expected a whole number, got "fifty"'],
    ] as const) {
      const composite = { resource: claim('PostgresInstance', { storageGB }) };
      const response = await answered(encodeRequest({ observed: { composite } }));
      expect(response.results[0]?.message).toContain(says);
    }
  });

  test('may be nested 40 levels deep, which is more than the codec of the SDK bears', async () => {
    const writer = new WireWriter();
    writeStruct(writer, { ...claim('PostgresInstance'), deep: decodeStruct(nestedStruct(39)) });
    expect(await codeOf(requestOf(writer.finish()))).toBe(status.OK);
  });

  test('may not be nested 2,000 levels deep, where it is read', async () => {
    expect(await codeOf(requestOf(nestedStruct(2_000)))).toBe(status.INVALID_ARGUMENT);
    expect(await codeOf(requestOf(nestedStruct(100_000)))).toBe(status.INVALID_ARGUMENT);
    await expectAllIsWell();
  });
});
