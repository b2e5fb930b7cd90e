import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { forward } from './forward.ts';

/** A network with nothing in it but loopback, which containers share as those of one pod do. */
export interface Pod extends AsyncDisposable {
  /** The process that holds the network open. */
  readonly pid: number;
  /** The socket file through which the machine reaches a port of the pod. */
  door(port: number): string;
}

/**
 * Makes a pod.
 *
 * @param dir for the socket files
 * @param outside ports of the machine's loopback that the pod finds on its own loopback
 * @param inside ports of the pod that have a door
 */
export async function startPod(
  dir: string,
  { outside = [], inside = [] }: { outside?: readonly number[]; inside?: readonly number[] },
): Promise<Pod> {
  await mkdir(dir, { recursive: true });
  const door = (port: number) => join(dir, `in-${port}`);
  const exit = (port: number) => join(dir, `out-${port}`);
  const servers = await Promise.all(outside.map((port) => forward(exit(port), port)));
  const pairs = [
    ...outside.map((port) => `${port}=${exit(port)}`),
    ...inside.map((port) => `${door(port)}=${port}`),
  ];
  const program = ['sh', '-c', 'ip link set lo up && exec "$@"', 'sh', process.execPath];
  const args = ['--net', ...program, join(import.meta.dirname, 'forward.ts'), ...pairs];
  const holder = spawn('unshare', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  return {
    pid: holder.pid ?? 0,
    door,
    async [Symbol.asyncDispose]() {
      holder.kill('SIGKILL');
      await once(holder, 'exit');
      for (const server of servers) server.close();
    },
  };
}
