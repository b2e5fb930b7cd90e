import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileAgent, FileAgents } from '../assistant-store.ts';
import type { Clock } from '../ports.ts';
import { isJsonObject, parseJson } from '../json.ts';

/** What a folder holds is looked at this often at most: a mounted ConfigMap changes within a minute anyway. */
const FRESH_MS = 1_000;

/**
 * The agents of a folder: `<name>.json` is the definition of the agent of that name. What is no JSON object is told once, and
 * left out until it is changed.
 */
export function agentFiles(
  folder: string | undefined,
  clock: Pick<Clock, 'monotonic'>,
  warn: (message: string) => void,
): FileAgents {
  if (folder === undefined) return () => Promise.resolve([]);
  const told = new Map<string, string>();
  let known: Promise<readonly FileAgent[]> | undefined;
  let readAt = -Infinity;

  const refuse = (path: string, why: string): undefined => {
    if (told.get(path) !== why) warn(`cannot take ${path} as an agent: ${why}`);
    told.set(path, why);
  };

  async function readOne(name: string): Promise<FileAgent | undefined> {
    const path = join(folder ?? '', name);
    try {
      const [text, { mtime }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
      const definition = parseJson(text);
      if (!isJsonObject(definition)) return refuse(path, 'expected a JSON object');
      told.delete(path);
      return { name: name.slice(0, -'.json'.length), definition, changedAt: mtime.toISOString() };
    } catch (error) {
      return refuse(path, error instanceof Error ? error.message : String(error));
    }
  }

  async function readAll(): Promise<readonly FileAgent[]> {
    const names = await readdir(folder ?? '').catch((error: unknown) => {
      refuse(folder ?? '', error instanceof Error ? error.message : String(error));
      return [];
    });
    // Kubernetes keeps the versions of a mount in folders whose names begin with a point.
    const wanted = names.filter((name) => name.endsWith('.json') && !name.startsWith('.')).toSorted();
    const agents = await Promise.all(wanted.map(readOne));
    return agents.flatMap((agent) => agent ?? []);
  }

  return () => {
    const now = clock.monotonic();
    if (known === undefined || now - readAt > FRESH_MS) {
      readAt = now;
      known = readAll();
    }
    return known;
  };
}
