import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { claim } from '../call.ts';
import { callOnce, runFunction, serving } from './serving.ts';
import type { Serving } from './serving.ts';
import { encodeRequest } from '../wire/wire.ts';

const request = encodeRequest({ observed: { composite: { resource: claim('DragonflyInstance') } } });
const framed = Buffer.concat([Buffer.from([0, 0, 0, 0, request.length]), request]);

let session: ClientHttp2Session | undefined;
afterEach(() => session?.destroy());

/** A connection that the server has taken up: it has answered on it. */
async function connected({ address }: Serving): Promise<ClientHttp2Session> {
  session = connectHttp2(`http://${address}`);
  // It is part of some tests that the server breaks it off.
  session.on('error', () => {});
  await once(session, 'connect');
  await answered(session);
  return session;
}

function answered(connection: ClientHttp2Session): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.ping((error) => (error === null ? resolve() : reject(error)));
  });
}

/** A call whose request has begun, and ends only when the test says so. */
async function begun(running: Serving): Promise<ClientHttp2Stream> {
  const connection = await connected(running);
  const stream = connection.request({
    ':method': 'POST',
    ':path': runFunction,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  stream.write(framed.subarray(0, 9));
  await answered(connection);
  return stream;
}

test('a call is in flight from its first byte to its end, and also when the client leaves', async () => {
  const running = await serving();
  const answeredOne = await begun(running);
  expect(running.inFlight()).toBe(1);
  answeredOne.resume();
  answeredOne.end(framed.subarray(9));
  await once(answeredOne, 'close');
  await expect.poll(running.inFlight).toBe(0);
  const left = await begun(running);
  expect(running.inFlight()).toBe(1);
  left.on('error', () => {});
  left.close(8);
  await expect.poll(running.inFlight).toBe(0);
  await running.server.stop(0);
});

describe('the end of the server', () => {
  test('waits for a call under way', async () => {
    const running = await serving();
    const stream = await begun(running);
    let over = false;
    const ended = running.server.stop(20_000).then((drained) => ((over = true), drained));
    await answered(session as ClientHttp2Session);
    expect(over).toBe(false);
    const trailers = once(stream, 'trailers');
    stream.resume();
    stream.end(framed.subarray(9));
    const [{ 'grpc-status': status }] = (await trailers) as [Record<string, string>];
    expect(status).toBe('0');
    expect(await ended).toBe(true);
  });

  test('takes no new connection meanwhile', async () => {
    const running = await serving();
    const stream = await begun(running);
    const ended = running.server.stop(20_000);
    await expect(callOnce(running.address, request)).rejects.toMatchObject({
      details: expect.stringContaining('ECONNREFUSED') as string,
    });
    stream.resume();
    stream.end(framed.subarray(9));
    await ended;
  });

  test('does not wait beyond its time', async () => {
    const running = await serving();
    const stream = await begun(running);
    stream.on('error', () => {});
    const closed = new Promise((resolve) => stream.on('close', resolve));
    expect(await running.server.stop(50)).toBe(false);
    await closed;
  });

  test('does not wait for connections on which nothing happens', async () => {
    const running = await serving();
    await connected(running);
    expect(await running.server.stop(20_000)).toBe(true);
  });
});

test('an old connection is asked to go, so that the client finds new replicas', async () => {
  const running = await serving(null, { maxConnectionAgeSeconds: 1 });
  session = connectHttp2(`http://${running.address}`);
  const [code] = (await once(session, 'goaway')) as [number];
  expect(code).toBe(0);
  await running.server.stop(0);
});

describe('what is no HTTP/2', () => {
  const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  test.each([
    { reason: 'another protocol', bytes: Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n') },
    { reason: 'zeros', bytes: Buffer.alloc(10_000) },
    { reason: 'frames of garbage', bytes: Buffer.concat([preface, Buffer.alloc(10_000, 0xff)]) },
    { reason: 'a TLS handshake', bytes: Buffer.from('16030100f8010000f40303', 'hex') },
  ])('does not end the server: $reason', async ({ bytes }) => {
    const running = await serving();
    const socket = connectTcp(running.server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.end(bytes);
    socket.resume();
    await once(socket, 'close');
    await expect(callOnce(running.address, request)).resolves.toBeDefined();
    await running.server.stop(0);
  });
});
