import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { programs } from '../../package/programs.ts';
import { freePort } from '../../test/servers/server.ts';

/** A worker under measurement, in a process of its own, which ends with whoever uses it. */
export interface Worker extends AsyncDisposable {
  readonly url: string;
  /** Milliseconds from the start of the process until it was ready. */
  readonly readyAfter: number;
}

/** Starts `node FLAGS FILE serve` and waits until it is ready. */
export async function start(
  file: string,
  flags: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Worker> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = performance.now();
  const child = spawn(process.execPath, [...programs.worker.flags, ...flags, file, 'serve'], {
    env: { PATH: process.env['PATH'], ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.resume();
  while (!(await isReady(url))) {
    const end = child.exitCode ?? child.signalCode;
    if (end !== null) throw new Error(`cannot measure the worker: it ended with ${end} before it was ready`);
    await sleep(5);
  }
  return {
    url,
    readyAfter: performance.now() - started,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/ready`)).ok;
  } catch {
    return false;
  }
}

/** A figure of the worker's own metrics. */
export async function metric({ url }: Pick<Worker, 'url'>, name: string): Promise<number> {
  const response = await fetch(`${url}/metrics`);
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await response.text())?.[1]);
}
