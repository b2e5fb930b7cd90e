import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { readYaml } from '../../render/yaml/read.ts';
import { freePorts } from '../tools/ports.ts';
import { root } from './install.ts';
import { start } from './keep.ts';

/** What `functionRef.name` in the Compositions says. */
export const functionName = 'bizmatters-function-zerotouch';

/** The objects in a file of the repository; none when there is no such file. */
export async function objectsIn(path: string): Promise<JsonObject[]> {
  const file = join(root, path);
  if (!existsSync(file)) return [];
  return readYaml(await readFile(file, 'utf8')).map(({ value }) => value as JsonObject);
}

/** The password, or token of workers, that core's reconcile drew or kept, so that ours can be given the same one. */
export function passwordIn(composed: readonly JsonObject[]): string | undefined {
  // What composes no Secret has no password.
  const secret = composed.find(({ kind }) => kind === 'Secret') as
    { data?: { password?: string; token?: string } } | undefined;
  const password = secret?.data?.password ?? secret?.data?.token;
  return password === undefined ? undefined : Buffer.from(password, 'base64').toString();
}

/**
 * Starts the function as `crossplane composition render` talks to it, in plain text, beside the one that core calls.
 * It ends with the engine.
 *
 * @returns its address
 */
export async function startRenderingFunction(dir: string, name: string): Promise<string> {
  const [port] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const args = [join(root, 'functions/main.ts'), '--insecure', '--address', address];
  await start(dir, name, { file: process.execPath, args });
  return address;
}
