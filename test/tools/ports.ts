import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below where Linux and macOS draw the ports of outgoing connections and of `listen(0)`. */
const lowest = 15_000;
const highest = 30_000;

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/**
 * Free ports on loopback, for programs that must be told theirs. Drawn where the system itself draws none, as
 * otherwise any connection could take one before the program does.
 */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(lowest, highest);
    if (await isFree(port)) found.add(port);
  }
  return [...found];
}
