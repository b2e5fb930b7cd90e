/**
 * `node keeper.ts DIR`: starts, signals and stops the processes of a control plane at the request of whichever test
 * process asks, over DIR/keeper.sock, and logs them into DIR/log. When its standard input ends, which happens however
 * its starter dies, it kills all of them and removes DIR: nothing outlives a test run.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { join } from 'node:path';
import type { Order } from './keep.ts';

const dir = process.argv[2] ?? '';
const children = new Map<string, ChildProcess>();

function isRunning(child: ChildProcess | undefined): child is ChildProcess {
  return child !== undefined && child.exitCode === null && child.signalCode === null;
}

function start({ name, command }: Extract<Order, { kind: 'start' }>): void {
  if (isRunning(children.get(name))) throw new Error(`cannot start ${name}: it is running`);
  const log = openSync(join(dir, 'log', name), 'a');
  const env = { ...process.env, ...command.env };
  const child = spawn(command.file, command.args, { env, stdio: ['ignore', log, log] });
  child.on('error', (error) => console.error(`cannot start ${name}: ${error.message}`));
  children.set(name, child);
}

/** Signals the process; one that was asked to end is waited for, then killed. */
async function signal({ name, signal: wanted }: Extract<Order, { kind: 'signal' }>): Promise<void> {
  const child = children.get(name);
  if (!isRunning(child)) return;
  child.kill(wanted);
  if (wanted === 'SIGSTOP' || wanted === 'SIGCONT') return;
  const patience = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await once(child, 'exit');
  clearTimeout(patience);
}

async function obey(order: Order): Promise<unknown> {
  switch (order.kind) {
    case 'start':
      return start(order);
    case 'signal':
      return signal(order);
    case 'running':
      return isRunning(children.get(order.name));
  }
}

function end(): void {
  for (const child of children.values()) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  process.exit(0);
}

mkdirSync(join(dir, 'log'), { recursive: true });
const server = createServer((request, response) => {
  // Orders come from keep.ts alone, over a socket in a folder of the same user.
  json(request)
    .then((order) => obey(order as Order))
    .then(
      (answer) => response.end(JSON.stringify({ answer: answer ?? null })),
      (error: unknown) => response.end(JSON.stringify({ error: String(error) })),
    );
});
server.listen(join(dir, 'keeper.sock'), () => console.log('ready'));
process.stdin.resume().on('end', end);
// A terminal's Ctrl-C reaches this process too; it stays until its starter has ended.
process.on('SIGINT', () => undefined);
