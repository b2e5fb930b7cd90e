/**
 * `node init.ts FOLDER`: runs inside the node's namespaces, below an init that reaps, and starts every component.
 * When it or that init ends, the kernel ends whatever else runs in the process namespace, Pods included.
 */
import { execFile, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Component } from './components.ts';
import { network } from './network.ts';

const run = promisify(execFile);

/** What components keep in fixed places (sockets, network namespaces, links to logs) stays apart from the machine's. */
async function isolate(): Promise<void> {
  for (const place of ['/run', '/var/lib', '/var/log'])
    await run('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'node', place]);
  await run('mount', ['--make-rshared', '/']);
  await run('hostname', ['node']);
  await run('ip', ['link', 'set', 'lo', 'up']);
}

/** The far end of the cable and its address come from outside. */
async function awaitCable(): Promise<void> {
  await retried(async () => {
    const { stdout } = await run('ip', ['-4', 'addr', 'show', 'eth0']);
    if (!stdout.includes(network.node)) throw new Error('the cable has no address yet');
  });
  await run('sysctl', [
    '-qw',
    'net.ipv4.ip_forward=1',
    'net.bridge.bridge-nf-call-iptables=1',
    'net.ipv4.conf.all.route_localnet=1',
  ]);
}

async function retried(work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    const done = await work().then(
      () => true,
      () => false,
    );
    if (done) return;
    await sleep(200);
  }
}

async function start({ name, command, args, until }: Component, log: string): Promise<void> {
  const output = openSync(join(log, name), 'a');
  const child = spawn(command, args, { stdio: ['ignore', output, output] });
  child.on('error', (error) => console.error(`cannot start ${name}: ${error.message}`));
  child.on('exit', (code, signal) => console.error(`${name} ended with ${code ?? signal}`));
  if (!until) return;
  const [probe, ...rest] = until;
  await retried(() => run(probe, rest));
}

const [folder = ''] = process.argv.slice(2);
await isolate();
await awaitCable();
// Written by `up`, from components.ts.
const components = JSON.parse(await readFile(join(folder, 'components.json'), 'utf8')) as Component[];
for (const component of components) await start(component, join(folder, 'log'));
