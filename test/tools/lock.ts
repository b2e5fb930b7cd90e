import { mkdir, open, rm, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A holder touches its lock this often; one that has not for `abandoned` is taken to be dead. Milliseconds. */
const heartbeat = 1_000;
const abandoned = 10_000;

/** Creates the lock file; false when someone else holds it. An abandoned one is removed for the next try. */
async function take(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close();
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const touched = await stat(path).then(
    (file) => file.mtimeMs,
    () => Date.now(),
  );
  if (Date.now() - touched > abandoned) await rm(path, { force: true });
  return false;
}

/**
 * Runs `work` while holding one of the lock files, whichever is free first; several files are as many places at once.
 *
 * Holds among all processes of one machine. In the moment in which two of them find the same abandoned lock, both may
 * get in: what runs inside must therefore leave its result atomically. The lock only saves them doing it twice.
 */
export async function withLock<T>(paths: readonly string[], work: () => Promise<T>): Promise<T> {
  await Promise.all(paths.map((path) => mkdir(dirname(path), { recursive: true })));
  for (;;) {
    for (const path of paths) {
      if (await take(path)) return holding(path, work);
    }
    await sleep(100);
  }
}

async function holding<T>(path: string, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, heartbeat);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await rm(path, { force: true });
  }
}
