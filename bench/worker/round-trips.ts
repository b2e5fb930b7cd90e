import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A way to PostgreSQL on which round trips are counted. */
export interface Counted {
  /** The same database, by this way. */
  url(database: string): string;
  count(): number;
  close(): Promise<void>;
}

const SYNC = 'S'.charCodeAt(0);
const QUERY = 'Q'.charCodeAt(0);
/** A type, and a length that counts itself. */
const HEADER = 5;

/**
 * Counts messages that make the server answer: `Query`, and the `Sync` that ends a prepared statement
 * (https://www.postgresql.org/docs/current/protocol-message-formats.html). The first message of a connection has no type.
 */
function counter(onRoundTrip: () => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  let greeted = false;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    if (!greeted && rest.length >= 4 && rest.length >= rest.readUInt32BE(0)) {
      rest = rest.subarray(rest.readUInt32BE(0));
      greeted = true;
    }
    while (greeted && rest.length >= HEADER && rest.length > rest.readUInt32BE(1)) {
      if (rest[0] === SYNC || rest[0] === QUERY) onRoundTrip();
      rest = rest.subarray(rest.readUInt32BE(1) + 1);
    }
  };
}

export async function countRoundTrips(serverUrl: string): Promise<Counted> {
  const { hostname, port } = new URL(serverUrl);
  let count = 0;
  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname);
    client.on(
      'data',
      counter(() => (count += 1)),
    );
    client.pipe(server).pipe(client);
    for (const socket of [client, server]) socket.on('error', () => socket.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port: own } = proxy.address() as AddressInfo;
  return {
    url(database) {
      const url = new URL(database);
      url.host = `127.0.0.1:${own}`;
      return url.href;
    },
    count: () => count,
    async close() {
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
