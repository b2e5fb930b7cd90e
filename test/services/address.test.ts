import { get } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeServers } from '../servers/describe-servers.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';

/** The status of `/health` on another of this machine's addresses, or why it cannot be had. */
function health(host: string, url: string): Promise<number | string> {
  return new Promise((resolve) => {
    get({ host, port: new URL(url).port, path: '/health' }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on('error', (error) => resolve('code' in error ? String(error.code) : error.message));
  });
}

describeServers('the address of a worker', (servers) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld(servers);
  });
  afterAll(() => world.close());

  test.each([
    { reason: 'loopback unless it is told otherwise', env: {}, other: 'ECONNREFUSED' },
    { reason: 'an empty HOST is an absent one', env: { HOST: '' }, other: 'ECONNREFUSED' },
    { reason: 'every address', env: { HOST: '::' }, other: 200 },
    { reason: 'every address of IPv4', env: { HOST: '0.0.0.0' }, other: 200 },
  ])('is $reason', async ({ env, other }) => {
    const worker = await world.worker(env);
    await worker.ready();
    expect(await health('127.0.0.1', worker.url)).toBe(200);
    expect(await health('127.0.0.2', worker.url)).toBe(other);
    worker.signal('SIGTERM');
    expect(await worker.exited()).toBe(0);
  });

  test('that is not this machine’s is said, and ends it', async () => {
    const worker = await world.worker({ HOST: '192.0.2.1' });
    expect(await worker.exited()).toBe(1);
    expect(worker.log()).toContain('cannot serve on 192.0.2.1:');
  });
});
