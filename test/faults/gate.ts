import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { freePort } from '../servers/server.ts';

/** A way to a server that can be shut at one point of a conversation. */
export interface Gate {
  /** The server's URL, by this way. */
  readonly url: string;
  /** Returns when the server says this. From then on nothing reaches the server, while its own words still come through. */
  shutAt(said: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens a way to the server at this URL. */
export async function gate(url: string): Promise<Gate> {
  const to = new URL(url);
  let shut = false;
  let wanted: string | undefined;
  let heard = (): void => {};
  const server = createServer((near) => {
    const far = connect(Number(to.port), to.hostname);
    near.on('data', (chunk) => {
      if (!shut) far.write(chunk);
    });
    far.on('data', (chunk) => {
      if (wanted !== undefined && chunk.includes(wanted)) {
        shut = true;
        heard();
      }
      near.write(chunk);
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => {});
      one.on('close', () => other.destroy());
    }
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const way = new URL(url);
  way.host = `127.0.0.1:${port}`;
  return {
    url: way.href,
    shutAt(said) {
      wanted = said;
      return new Promise((resolve) => (heard = resolve));
    },
    async close() {
      server.close();
      await once(server, 'close');
    },
  };
}
