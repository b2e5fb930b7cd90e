import { status } from '@grpc/grpc-js';
import type { Client, ClientReadableStream } from '@grpc/grpc-js';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WireWriter } from '../../../functions/wire/writer.ts';
import { callOnce, connect, serving } from './serving.ts';
import type { Serving } from './serving.ts';

const check = { path: '/grpc.health.v1.Health/Check' };
const healthy = Buffer.from([8, 1]);
const draining = Buffer.from([8, 2]);
const unknown = Buffer.from([8, 3]);

function named(service: string): Buffer {
  const writer = new WireWriter();
  writer.text(1, service);
  return writer.finish();
}

function watch(client: Client, request: Buffer): ClientReadableStream<Buffer> {
  const asItIs = (bytes: Buffer) => bytes;
  return client.makeServerStreamRequest('/grpc.health.v1.Health/Watch', asItIs, asItIs, request);
}

let running: Serving;
beforeEach(async () => {
  running = await serving();
});
afterEach(async () => {
  await running.server.stop(0);
});

describe('the standard health service', () => {
  test.each([
    '',
    'apiextensions.fn.proto.v1.FunctionRunnerService',
    'apiextensions.fn.proto.v1beta1.FunctionRunnerService',
  ])('says that "%s" serves', async (service) => {
    const request = service === '' ? Buffer.alloc(0) : named(service);
    expect(await callOnce(running.address, request, check)).toEqual(healthy);
  });

  test('does not know a service that there is not', async () => {
    await expect(callOnce(running.address, named('example.Other'), check)).rejects.toMatchObject({
      code: status.NOT_FOUND,
    });
  });

  test('does not take garbage for a question', async () => {
    const garbage = Buffer.from([0x0a, 99]);
    const code = status.UNKNOWN;
    await expect(callOnce(running.address, garbage, check)).rejects.toMatchObject({ code });
    const client = connect(running.address);
    const stream = watch(client, garbage);
    expect(await once(stream, 'error')).toMatchObject([{ code }]);
    client.close();
    expect(await callOnce(running.address, Buffer.alloc(0), check)).toEqual(healthy);
  });

  test('tells a watcher that the server ends, and does not wait for it', async () => {
    const client = connect(running.address);
    const stream = watch(client, Buffer.alloc(0));
    const heard: Buffer[] = [];
    stream.on('data', (message: Buffer) => heard.push(message));
    await once(stream, 'data');
    const ended = once(stream, 'end');
    expect(await running.server.stop(20_000)).toBe(true);
    await ended;
    expect(heard).toEqual([healthy, draining]);
    client.close();
  });

  test('lets a watcher of an unknown service wait', async () => {
    const client = connect(running.address);
    const stream = watch(client, named('example.Other'));
    stream.on('error', () => {});
    const [message] = (await once(stream, 'data')) as [Buffer];
    expect(message).toEqual(unknown);
    stream.cancel();
    client.close();
  });
});
