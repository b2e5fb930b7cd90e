import { readdir, readFile } from 'node:fs/promises';

/**
 * Kills every process of a Pod with SIGKILL, from a Pod that sees the node's processes: what a power cut or the kernel's
 * out-of-memory killer would do. Deleting a Pod, even by force, lets it end in order.
 *
 * @param uid of the Pod, which is part of the names of its control groups
 */
async function processesOf(uid: string): Promise<number[]> {
  const names = [`pod${uid}`, `pod${uid.replaceAll('-', '_')}`];
  const found: number[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const groups = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '');
    if (names.some((name) => groups.includes(name))) found.push(Number(pid));
  }
  return found;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // The first of a container takes the others with it.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

const processes = await processesOf(process.argv[2] ?? 'none');
if (processes.length === 0) throw new Error('cannot kill the Pod: it has no process on this node');
processes.forEach(kill);
console.log(`killed ${processes.length} processes`);
