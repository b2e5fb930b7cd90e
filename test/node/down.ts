import { access, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../e2e/shell.ts';
import { until } from '../engine/until.ts';
import { controlGroupsLeft, removeControlGroups } from './control-groups.ts';
import { writeKernel } from './kernel.ts';
import type { KernelSettings } from './kernel.ts';
import { cable } from './network.ts';
import { nodeState } from './state.ts';
import type { NodeState } from './state.ts';

/**
 * Ends the node with all its Pods and removes what it made; logs stay. Safe to call when only half of one was made.
 *
 * @throws one sentence that names what could not be removed
 */
export async function endNode(folder: string): Promise<void> {
  const state = nodeState(folder);
  await endProcess(state);
  await run('ip', ['link', 'delete', cable]).catch(() => undefined); // it goes with the namespace, soon
  await removeControlGroups();
  const kernel = await readFile(state.kernel, 'utf8').catch(() => undefined);
  // `up` wrote it.
  if (kernel !== undefined) await writeKernel(JSON.parse(kernel) as KernelSettings);
  for (const name of await readdir(folder).catch(() => [])) {
    if (join(folder, name) !== state.log) await rm(join(folder, name), { recursive: true, force: true });
  }
  const left = [...(await mountsBelow(folder)), ...(await interfaceLeft()), ...(await controlGroupsLeft())];
  if (left.length > 0) throw new Error(`cannot end the node: it has left ${left.join(', ')}`);
}

/** The machine's own mounts: those of the node went with its mount namespace. */
async function mountsBelow(folder: string): Promise<string[]> {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  return mounts.filter((path) => path.startsWith(`${folder}/`));
}

async function interfaceLeft(): Promise<string[]> {
  return (await isGone(`/sys/class/net/${cable}`)) ? [] : [cable];
}

/** Whether the node of this folder runs; after a restart of the machine none does. */
export async function isRunning(folder: string): Promise<boolean> {
  return (await processOf(nodeState(folder))) !== undefined;
}

/** The number of the node's first process. One of that number may be another's: numbers are given out again. */
async function processOf({ folder, pid: file }: NodeState): Promise<string | undefined> {
  const pid = await readFile(file, 'utf8').catch(() => undefined);
  if (pid === undefined) return undefined;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return command.includes(folder) ? pid : undefined;
}

async function endProcess(state: NodeState): Promise<void> {
  const pid = await processOf(state);
  if (pid === undefined) return;
  process.kill(Number(pid), 'SIGKILL');
  await until('the node has ended', () => isGone(`/proc/${pid}`), { seconds: 30, every: 100 });
}

async function isGone(path: string): Promise<boolean> {
  return access(path).then(
    () => false,
    () => true,
  );
}
