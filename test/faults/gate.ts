import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { freePort } from '../servers/server.ts';

/** A way to a server that can be shut at one point of a conversation. */
export interface Gate {
  /** The server's URL, by this way. */
  readonly url: string;
  /** Returns when the server says this. From then on nothing reaches the server, while its own words still come through. */
  shutAt(said: string): Promise<void>;
  /** From now on nothing passes, in either direction, and connections stay: what is sent arrives when it is mended, if ever. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** Opens a way to the server at this URL. */
export async function gate(url: string): Promise<Gate> {
  const to = new URL(url);
  const ends = new Set<Socket>();
  let shut = false;
  let isCut = false;
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
      ends.add(one);
      if (isCut) one.pause();
      one.on('error', () => {});
      one.on('close', () => {
        ends.delete(one);
        // Nobody behind a cut hears that the other end is gone.
        if (!isCut) other.destroy();
      });
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
    cut() {
      isCut = true;
      for (const end of ends) end.pause();
    },
    mend() {
      isCut = false;
      for (const end of ends) end.resume();
    },
    async close() {
      for (const end of ends) end.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
