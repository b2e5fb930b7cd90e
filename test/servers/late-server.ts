import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { freePort } from './server.ts';

/** An address that refuses connections until it is opened, and is another server from then on. */
export interface LateServer {
  readonly port: number;
  open(): Promise<void>;
  close(): Promise<void>;
}

export async function lateServer(place: URL): Promise<LateServer> {
  const port = await freePort();
  const proxy = createServer((client) => {
    const server = connect(Number(place.port), place.hostname);
    client.pipe(server).pipe(client);
    for (const side of [client, server]) side.on('error', () => side.destroy());
  });
  return {
    port,
    async open() {
      proxy.listen(port, '127.0.0.1');
      await once(proxy, 'listening');
    },
    async close() {
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
