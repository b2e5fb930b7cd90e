import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../engine/until.ts';
import { freePort } from './server.ts';

/** The program under test: the sources, or the bundle that `TEST_WORKER` names. */
const main = process.env['TEST_WORKER'] || join(import.meta.dirname, '../../worker/main.ts');

/** How a command of the worker ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Nothing of the machine's own environment that could steer a worker. */
function environment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env };
}

/**
 * Runs a command of the worker, or of another version of it, to its end. `hear` is told all that it has said, as often as it says
 * something.
 */
export async function runWorker(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  hear: (output: string) => void = () => {},
  program = main,
): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], { env: environment(env) });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output += chunk.toString();
    hear(output);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  await once(child, 'close');
  return { code: child.exitCode, output };
}

/** A worker in a process of its own. */
export interface WorkerProcess {
  readonly url: string;
  readonly pid: number;
  /** All it has logged so far. */
  log(): string;
  signal(signal: NodeJS.Signals): void;
  /** The exit status, or the signal that ended it. */
  exited(): Promise<number | NodeJS.Signals>;
  /** Returns when it is ready; throws when that takes longer. */
  ready(seconds?: number): Promise<void>;
}

/** Starts `worker serve` of this version or another. Its log is kept for `log()` and appended to `logFile`. */
export async function startWorker(
  env: Readonly<Record<string, string>>,
  logFile?: string,
  program = main,
): Promise<WorkerProcess> {
  const port = await freePort();
  const child: ChildProcess = spawn(process.execPath, [program, 'serve'], {
    env: environment({ ...env, PORT: String(port) }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const keep = (chunk: Buffer): void => {
    log += chunk.toString();
    if (logFile !== undefined) appendFileSync(logFile, chunk);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const exit = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    pid: child.pid ?? 0,
    log: () => log,
    signal: (signal) => void child.kill(signal),
    async exited() {
      await exit;
      return child.exitCode ?? child.signalCode ?? 0;
    },
    async ready(seconds = 60) {
      await until(
        'the worker is ready',
        async () => {
          if (child.exitCode !== null) throw new Error(`the worker ended with ${child.exitCode}: ${log}`);
          return (await fetch(`${url}/ready`)).ok;
        },
        { seconds, describe: () => log.slice(-2_000) },
      );
    },
  };
}
