import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toolsFolder } from '../../tools/programs.ts';
import type { Registry } from '../world.ts';

/** A cluster that `e2e up` made: how to reach it, and enough to end it. */
export interface Made {
  readonly how: 'kind' | 'node';
  readonly kubeconfig: string;
  readonly registry: Registry;
  /** Where its state is. */
  readonly folder: string;
}

/** Where evidence of failures and the note on a cluster are kept: beside the tools, as no build may take it away. */
export const e2eFolder = join(toolsFolder(), 'e2e');
const file = join(e2eFolder, 'cluster.json');

export async function noteMade(made: Made): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(made, undefined, 2));
}

/** The cluster that `e2e up` made last and `e2e down` has not ended. */
export async function readMade(): Promise<Made | undefined> {
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  // Only this file writes it.
  return kept === undefined ? undefined : (JSON.parse(kept) as Made);
}

export async function forgetMade(): Promise<void> {
  await rm(file, { force: true });
}
