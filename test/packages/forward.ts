/**
 * `node forward.ts FROM=TO...`: hands every connection on, from one port of loopback or one socket file to another.
 * A socket file is the same in every network namespace, and so is the door to one that has nothing but loopback.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';

/** A port of loopback, or the path of a socket file. */
export type Place = number | string;

const at = (place: Place) =>
  typeof place === 'number' ? { port: place, host: '127.0.0.1' } : { path: place };

/** Forwards until the server is closed. */
export async function forward(from: Place, to: Place): Promise<Server> {
  const server = createServer((near) => {
    const far = connect(at(to));
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
  });
  server.listen(at(from));
  await once(server, 'listening');
  return server;
}

if (import.meta.main) {
  const place = (text = '') => (/^\d+$/.test(text) ? Number(text) : text);
  for (const pair of process.argv.slice(2)) {
    const [from, to] = pair.split('=');
    await forward(place(from), place(to));
  }
  console.log('ready');
  // It ends with whoever started it.
  process.stdin.resume().on('end', () => process.exit());
}
