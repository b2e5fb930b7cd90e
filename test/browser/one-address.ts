import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** One address for workers that come and go, as a Service of Kubernetes is. */
export interface OneAddress {
  readonly url: string;
  /** Where new connections go from now on. */
  lead(url: string): void;
  close(): Promise<void>;
}

export async function oneAddress(): Promise<OneAddress> {
  let target = { port: 0 };
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const worker = connect({ host: '127.0.0.1', port: target.port });
    for (const [socket, other] of [
      [client, worker],
      [worker, client],
    ] as const) {
      open.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lead(url) {
      target = { port: Number(new URL(url).port) };
    },
    async close() {
      server.close();
      for (const socket of open) socket.destroy();
      await once(server, 'close');
    },
  };
}
