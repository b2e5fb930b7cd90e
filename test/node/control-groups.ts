import { access, mkdir, readFile, readdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = '/sys/fs/cgroup';
const group = 'node';

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Whether the machine has the one hierarchy of version 2. */
async function isUnified(): Promise<boolean> {
  return exists(join(root, 'cgroup.controllers'));
}

/** The folder of the node's own group in each hierarchy that the machine has. */
async function groups(): Promise<string[]> {
  if (await isUnified()) return [join(root, group)];
  const entries = await readdir(root, { withFileTypes: true });
  const hierarchies = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(root, name));
  const mounted = await Promise.all(hierarchies.map((path) => exists(join(path, 'cgroup.procs'))));
  return hierarchies.filter((_, index) => mounted[index]).map((path) => join(path, group));
}

/** How many processes of the machine all Pods together count for, where processors are short; by default it would be one. */
const weight = 8;

/** Makes the control group that all Pods are in. In version 1 a cpuset begins empty, and holds no process until it is filled. */
export async function makeControlGroups(): Promise<void> {
  for (const path of await groups()) await mkdir(path, { recursive: true });
  if (await isUnified()) {
    await writeFile(join(root, 'cgroup.subtree_control'), '+cpu +cpuset +memory +pids +io');
    await writeFile(join(root, group, 'cpu.weight'), `${weight * 100}`);
    return;
  }
  for (const knob of ['cpuset.cpus', 'cpuset.mems'])
    await writeFile(join(root, 'cpuset', group, knob), await readFile(join(root, 'cpuset', knob)));
  await writeFile(join(root, 'cpu', group, 'cpu.shares'), `${weight * 1024}`);
}

/** Removes it with all that is below; its last processes may take a moment to go. */
export async function removeControlGroups(): Promise<void> {
  for (const path of await groups()) {
    for (let tries = 0; tries < 50 && (await exists(path)); tries++) {
      await removeDeepestFirst(path).catch(() => sleep(100));
    }
  }
}

/** The folders of the node's group that are still there. */
export async function controlGroupsLeft(): Promise<string[]> {
  const all = await groups();
  const there = await Promise.all(all.map(exists));
  return all.filter((_, index) => there[index]);
}

async function removeDeepestFirst(path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true });
  for (const entry of entries) if (entry.isDirectory()) await removeDeepestFirst(join(path, entry.name));
  await rmdir(path);
}
