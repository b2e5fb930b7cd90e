import { once } from 'node:events';
import type { Server } from 'node:net';
import type { Address } from './options.ts';

/**
 * Starts listening and answers the port, which is a free one where 0 was asked for.
 * @throws an Error that says why it cannot
 */
export async function listen(server: Server, { host, port }: Address): Promise<number> {
  // Without a host Node takes all addresses too, and those of IPv4 alone on a machine that has no IPv6.
  server.listen(host === '::' ? { port } : { host, port });
  try {
    await once(server, 'listening');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot serve on ${host.includes(':') ? `[${host}]` : host}:${port}: ${why}`, {
      cause: error,
    });
  }
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : port;
}

/** Takes no more connections. Answers when the open ones have ended. */
export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
