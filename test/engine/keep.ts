import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { join } from 'node:path';

/** A program with its arguments; `env` is added to the environment. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** What the keeper of a control plane can be told. */
export type Order =
  | { readonly kind: 'start'; readonly name: string; readonly command: Command }
  | { readonly kind: 'signal'; readonly name: string; readonly signal: NodeJS.Signals }
  | { readonly kind: 'running'; readonly name: string };

async function tell(dir: string, order: Order): Promise<unknown> {
  const call = request({ socketPath: join(dir, 'keeper.sock'), method: 'POST', path: '/' });
  call.end(JSON.stringify(order));
  const [response] = (await once(call, 'response')) as [NodeJS.ReadableStream];
  const answer = (await json(response)) as { answer: unknown } | { error: string };
  if ('error' in answer) throw new Error(answer.error);
  return answer.answer;
}

/** Starts the process called `name`; its output is in `dir/log/name`. */
export async function start(dir: string, name: string, command: Command): Promise<void> {
  await tell(dir, { kind: 'start', name, command });
}

/** Signals it; returns when it has ended, unless the signal only pauses or continues it. */
export async function signal(dir: string, name: string, wanted: NodeJS.Signals): Promise<void> {
  await tell(dir, { kind: 'signal', name, signal: wanted });
}

/** Whether the process called `name` has been started and has not ended. */
export async function isRunning(dir: string, name: string): Promise<boolean> {
  return (await tell(dir, { kind: 'running', name })) === true;
}

/**
 * Starts the keeper of `dir`, which holds until this process ends or `release` is called.
 *
 * @returns `release`: kills every process of the control plane and removes `dir`
 */
export async function keep(dir: string): Promise<() => Promise<void>> {
  const keeper = spawn(process.execPath, [join(import.meta.dirname, 'keeper.ts'), dir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(keeper.stdout, 'data');
  return async () => {
    keeper.stdin.end();
    if (keeper.exitCode === null) await once(keeper, 'exit');
  };
}
