import { RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runFunctionPaths } from '../../../functions/wire/sdk.ts';
import type { Kind } from '../../../functions/composition/contract.ts';
import { answer } from '../../../functions/server/answer.ts';
import { claim } from '../call.ts';
import { callOnce, drawnPassword, serving } from './serving.ts';
import type { Serving } from './serving.ts';
import { encodeRequest, nestedStruct, requestOf } from '../wire/wire.ts';

const request = encodeRequest({
  meta: { tag: 'the-tag' },
  observed: { composite: { resource: claim('DragonflyInstance') } },
  requiredResources: { conn: { items: [] }, dragonfly: { items: [] } },
});

let running: Serving;
beforeEach(async () => {
  running = await serving();
});
afterEach(async () => {
  await running.server.stop(0);
});

describe('RunFunction', () => {
  test.each(runFunctionPaths)('answers %s', async (path) => {
    const response = RunFunctionResponse.decode(await callOnce(running.address, request, { path }));
    expect(response.meta?.tag).toBe('the-tag');
    expect(Object.keys(response.desired?.resources ?? {})).toContain('conn');
    expect(response.results).toEqual([]);
    expect(running.calls).toMatchObject([{ kind: 'DragonflyInstance', outcome: 'composed' }]);
  });

  test('takes a user mistake for an answer, with gRPC status OK', async () => {
    const composite = { resource: claim('DragonflyInstance', { storageGB: 50.5 }) };
    const response = RunFunctionResponse.decode(
      await callOnce(running.address, encodeRequest({ observed: { composite } })),
    );
    expect(response.results[0]?.message).toContain('spec.storageGB: expected a whole number');
    expect(running.calls).toMatchObject([{ kind: 'DragonflyInstance', outcome: 'refused' }]);
  });

  test('logs one line a call, and for those who debug the keys of what it composed', async () => {
    await callOnce(running.address, request);
    const [line = '', keys = '', ...others] = running.lines;
    expect(others).toEqual([]);
    expect(JSON.parse(keys)).toMatchObject({
      level: 'debug',
      tag: 'the-tag',
      ready: [],
      unready: ['conn', 'dragonfly'],
      required: ['conn', 'dragonfly', 'stateful-set', 'platform'],
    });
    expect(JSON.parse(line)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-/) as string,
      msg: 'RunFunction',
      tag: 'the-tag',
      kind: 'DragonflyInstance',
      namespace: 'shop',
      name: 'orders',
      resources: 2,
      fatal: 0,
      ttl: expect.any(Number) as number,
      ms: expect.any(Number) as number,
    });
  });

  test('draws the password that is in the answer and in no line', async () => {
    const encoded = Buffer.from(drawnPassword).toString('base64');
    expect((await callOnce(running.address, request)).includes(encoded)).toBe(true);
    expect(running.lines.join()).not.toContain(drawnPassword);
    expect(running.lines.join()).not.toContain(encoded);
  });
});

describe('what is no request', () => {
  test.each([
    { reason: 'cut off', bytes: Buffer.from([0x12, 0xff]), says: 'cannot read the request: it ends in the' },
    {
      reason: 'nested beyond all measure',
      bytes: requestOf(nestedStruct(2_000)),
      says: 'cannot read observed.composite: nested deeper than 512 levels',
    },
  ])('is an INVALID_ARGUMENT that says where: $reason', async ({ bytes, says }) => {
    await expect(callOnce(running.address, bytes)).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringContaining(says) as string,
    });
    expect(running.calls).toMatchObject([{ kind: 'other', outcome: 'malformed' }]);
    await expect(callOnce(running.address, request)).resolves.toBeDefined();
  });

  test('with nothing in it is an answer', async () => {
    const response = RunFunctionResponse.decode(await callOnce(running.address, Buffer.alloc(0)));
    expect(response.results[0]?.message).toBe(
      'cannot compose: observed.composite: is missing from the request',
    );
  });

  test('goes to a method that there is not', async () => {
    await expect(callOnce(running.address, request, { path: '/nobody/Knows' })).rejects.toMatchObject({
      code: status.UNIMPLEMENTED,
    });
  });
});

test('a bug of ours is INTERNAL for the caller, and a stack in the log', async () => {
  const broken = await serving(null, {
    run: () => {
      throw new TypeError('cannot read what is not there', { cause: new Error('the deeper reason') });
    },
  });
  await expect(callOnce(broken.address, request)).rejects.toMatchObject({
    code: status.INTERNAL,
    details: 'the function failed, and its log says why',
  });
  await broken.server.stop(0);
  const [line = ''] = broken.lines;
  const { level, err } = JSON.parse(line) as { level: string; err: { stack: string } };
  expect(level).toBe('error');
  expect(err.stack).toContain('server.test.ts');
  expect(err.stack).toContain('the deeper reason');
  expect(broken.calls).toMatchObject([{ outcome: 'failed' }]);
});

test('a kind that throws is told with its claim and where, and not with what the claim holds', async () => {
  const kind: Kind = {
    apiVersion: 'example.org/v1',
    kind: 'Tiny',
    schema: { type: 'object' },
    compose: () => {
      JSON.parse('secret of the claim');
      throw new Error('not reached');
    },
  };
  const composite = {
    resource: { ...claim('DragonflyInstance'), apiVersion: 'example.org/v1', kind: 'Tiny' },
  };
  const broken = await serving(null, {
    run: (bytes) => answer([kind], bytes, { randomPassword: () => '', digest: () => '', workerImage: '' }),
  });
  await expect(callOnce(broken.address, encodeRequest({ observed: { composite } }))).rejects.toMatchObject({
    code: status.INTERNAL,
  });
  await broken.server.stop(0);
  const [line = ''] = broken.lines;
  expect(JSON.parse(line)).toMatchObject({
    level: 'error',
    kind: 'Tiny',
    namespace: 'shop',
    name: 'orders',
    error: 'SyntaxError',
    stack: expect.arrayContaining([expect.stringContaining('server.test.ts')]) as unknown,
  });
  expect(line).not.toContain('secret of');
  expect(broken.calls).toMatchObject([{ kind: 'Tiny', outcome: 'failed' }]);
});

describe('the size of a request', () => {
  const ofMebibytes = (size: number) =>
    encodeRequest({
      observed: {
        composite: { resource: claim('DragonflyInstance') },
        resources: { large: { resource: { data: 'x'.repeat(size * 1024 * 1024) } } },
      },
    });

  test('may be 6 MiB, which is more than gRPC allows by itself', async () => {
    const response = RunFunctionResponse.decode(await callOnce(running.address, ofMebibytes(6)));
    expect(response.results).toEqual([]);
  });

  test('may not be more than the limit', async () => {
    const small = await serving(null, { maxMessageBytes: 1024 * 1024 });
    await expect(callOnce(small.address, ofMebibytes(1))).rejects.toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
    });
    await expect(callOnce(small.address, request)).resolves.toBeDefined();
    await small.server.stop(0);
  });
});
