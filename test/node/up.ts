import { spawn } from 'node:child_process';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../e2e/shell.ts';
import { until } from '../engine/until.ts';
import { program } from '../tools/programs.ts';
import { components, nodePrograms } from './components.ts';
import type { Programs } from './components.ts';
import { writeConfiguration } from './configuration.ts';
import { makeControlGroups } from './control-groups.ts';
import { prepareHost } from './host.ts';
import { readKernel } from './kernel.ts';
import { writeKeys } from './keys.ts';
import { cable, network } from './network.ts';
import { nodeState } from './state.ts';
import type { NodeState } from './state.ts';

/** Its own places: what lies there in the machine cannot be seen inside the node. */
const hidden = ['/run/', '/var/lib/', '/var/log/'];

async function builtPrograms(): Promise<Programs> {
  const found = await Promise.all(nodePrograms.map(async (name) => [name, await program(name)] as const));
  return Object.fromEntries(found) as Programs;
}

/**
 * Starts a one-node Kubernetes whose whole state lies in a folder, and returns when its node is ready. It has process, mount,
 * network and host-name namespaces of its own, so that ending its first process ends all of it.
 */
export async function startNode(folder: string): Promise<NodeState> {
  if (hidden.some((place) => `${folder}/`.startsWith(place)))
    throw new Error(`cannot make a node in ${folder}: the node has that place to itself; choose another`);
  await prepareHost();
  const programs = await builtPrograms();
  const state = nodeState(folder);
  await rm(state.log, { recursive: true, force: true });
  for (const path of [folder, state.log, state.volumes, state.registry])
    await mkdir(path, { recursive: true });
  await writeKeys(state);
  await writeConfiguration(state);
  await makeControlGroups();
  await writeFile(state.kernel, JSON.stringify(await readKernel()));
  await begin(state, programs);
  await connect(state);
  await until('the node is ready', () => isReady(state, programs.kubectl), {
    seconds: 180,
    every: 500,
    describe: () => `logs are in ${state.log}`,
  });
  return state;
}

/** Starts the first process and notes it. `unshare` forks it, and stays outside until it ends. */
async function begin(state: NodeState, programs: Programs): Promise<void> {
  const log = await open(join(state.log, 'init'), 'a');
  const spaces = ['--mount', '--net', '--pid', '--uts', '--ipc', '--fork', '--mount-proc'];
  const init = [process.execPath, join(import.meta.dirname, 'init.ts'), state.folder];
  await writeFile(join(state.folder, 'components.json'), JSON.stringify(components(state, programs)));
  const outer = spawn('unshare', [...spaces, 'tini', '-s', '--', ...init], {
    stdio: ['ignore', log.fd, log.fd],
    detached: true,
  });
  outer.unref();
  await log.close();
  const pid = await until(
    'the node has begun',
    async () => {
      if (outer.exitCode !== null) throw new Error(`cannot start a node: see ${state.log}/init`);
      return childOf(outer.pid);
    },
    { seconds: 20, every: 100 },
  );
  await writeFile(state.pid, pid);
}

async function childOf(pid: number | undefined): Promise<string | undefined> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return children.trim() || undefined;
}

/** The cable between machine and node. */
async function connect(state: NodeState): Promise<void> {
  const pid = await readFile(state.pid, 'utf8');
  const inside = ['--target', pid, '--net', 'ip'];
  await run('ip', ['link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', pid]);
  await run('ip', ['addr', 'add', `${network.machine}/30`, 'dev', cable]);
  await run('ip', ['link', 'set', cable, 'up']);
  await run('nsenter', [...inside, 'link', 'set', 'eth0', 'up']);
  await run('nsenter', [...inside, 'addr', 'add', `${network.node}/30`, 'dev', 'eth0']);
  await run('nsenter', [...inside, 'route', 'add', 'default', 'via', network.machine]);
}

async function isReady(state: NodeState, kubectl: string): Promise<boolean> {
  const args = ['--kubeconfig', state.kubeconfig, 'wait', '--for=condition=Ready', 'node/node'];
  return run(kubectl, [...args, '--timeout=5s']).then(
    () => true,
    () => false,
  );
}
