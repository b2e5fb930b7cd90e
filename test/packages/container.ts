import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from '../engine/keep.ts';

/** What a kubelet tells a container runtime, as far as it matters here. */
export interface Container {
  readonly rootfs: string;
  /** Entrypoint and arguments. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Folders of the machine, by where the container sees them. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** A process whose network it shares; the machine's own when absent. */
  readonly network?: number;
}

/** Why containers cannot be run here; undefined when they can. */
export const containerObstacle =
  process.platform === 'linux' && process.getuid?.() === 0
    ? undefined
    : 'running an image takes root on Linux: sudo --preserve-env env PATH="$PATH" npm test packages';

/** Run as root in a mount namespace of its own: what every runtime puts into a root file system, which then is read-only. */
const script = `
set -e
root=$1 mounts=$2; shift 2
mount --bind "$root" "$root"
mount --bind /proc "$root/proc"
mount -t tmpfs -o mode=755,size=64k dev "$root/dev"
for device in null zero random urandom; do
  : >"$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"
done
for mount in $mounts; do mount --bind "\${mount%%=*}" "$root\${mount#*=}"; done
mount -o remount,bind,ro "$root"
exec setpriv --no-new-privs chroot --userspec=65532:65532 --groups= "$root" "$@"
`;

/** The command that runs a container in the foreground, as user 65532 with no privilege left. */
async function containerCommand(container: Container): Promise<Command> {
  const { rootfs, args, env, mounts = {}, network } = container;
  for (const place of ['/proc', '/dev', ...Object.keys(mounts)]) {
    await mkdir(join(rootfs, place), { recursive: true });
  }
  const pairs = Object.entries(mounts).map(([inside, outside]) => `${outside}=${inside}`);
  const isolate = ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', rootfs, pairs.join(' ')];
  if (network === undefined) return { file: 'unshare', args: [...isolate, ...args], env };
  const enter = [`--net=/proc/${network}/ns/net`, 'unshare'];
  return { file: 'nsenter', args: [...enter, ...isolate, ...args], env };
}

/** How a container ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A container that runs, until it is told to end or goes out of scope. */
export interface Running extends AsyncDisposable {
  /** All it has printed so far. */
  output(): string;
  /** Ends it with a signal and waits for its end, or only waits. */
  ended(signal?: NodeJS.Signals): Promise<Ended>;
}

/** Starts a container. Its environment is what it was given, but for PATH, by which the programs that start it are found. */
export async function startContainer(container: Container): Promise<Running> {
  const { file, args, env } = await containerCommand(container);
  const child = spawn(file, args, { env: { ...env, PATH: process.env['PATH'] } });
  return watched(child);
}

/** Runs a container to its end. */
export async function runContainer(container: Container): Promise<Ended> {
  return (await startContainer(container)).ended();
}

function watched(child: ChildProcess): Running {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const closed = once(child, 'close');
  return {
    output: () => output,
    async ended(signal) {
      if (signal !== undefined) child.kill(signal);
      await closed;
      return { code: child.exitCode, output };
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
