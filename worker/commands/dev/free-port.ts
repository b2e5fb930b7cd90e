import { once } from 'node:events';
import { createServer } from 'node:net';

/** How many ports are tried before any that is free will do. */
const TRIED = 10;

async function isFree(port: number, host: string): Promise<boolean> {
  const server = createServer();
  server.listen({ port, host });
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/** The first port from this one on that nobody has; 0, which is any, where there is none near it. */
export async function freePort(first: number, host: string): Promise<number> {
  for (let port = first; port < first + TRIED; port++) if (await isFree(port, host)) return port;
  return 0;
}
