import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from '../../worker/commands/dev/free-port.ts';

const HOST = '127.0.0.1';

test('a port that somebody has is passed over', async () => {
  const taken = createServer().listen(0, HOST);
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  expect(await freePort(port, HOST)).not.toBe(port);
  taken.close();
  await once(taken, 'close');
  expect(await freePort(port, HOST)).toBe(port);
});

test('where nothing can be had nearby, any port will do', async () => {
  expect(await freePort(2024, '203.0.113.1')).toBe(0);
});
