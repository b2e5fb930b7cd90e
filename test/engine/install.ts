import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadAll } from 'js-yaml';
import { customResourceDefinitions } from '../tools/crds.ts';
import { program } from '../tools/programs.ts';
import type { Api, Draft, Live } from './api.ts';
import { until } from './until.ts';

const run = promisify(execFile);
export const root = join(import.meta.dirname, '..', '..');

async function manifests(folder: string): Promise<Draft[]> {
  const files = (await readdir(join(root, folder))).filter((name) => name.endsWith('.yaml'));
  const texts = await Promise.all(files.map((name) => readFile(join(root, folder, name), 'utf8')));
  return texts.flatMap((text) => loadAll(text) as Draft[]);
}

/** What `kubectl apply -k FOLDER` would apply. */
export async function kustomized(folder: string): Promise<Draft[]> {
  const { stdout } = await run(await program('kubectl'), ['kustomize', join(root, folder)]);
  return loadAll(stdout) as Draft[];
}

/** Whether the condition of this type is True. */
export function isTrue(object: Live | undefined, type: string): boolean {
  return condition(object, type)?.status === 'True';
}

/** A condition, as every kind of Kubernetes and Crossplane has them. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message?: string;
}

export function condition(object: Live | undefined, type: string): Condition | undefined {
  const status = object?.['status'] as { conditions?: Condition[] } | undefined;
  return status?.conditions?.find((candidate) => candidate.type === type);
}

async function applyUntil(api: Api, drafts: readonly Draft[], type: string): Promise<void> {
  await Promise.all(
    drafts.map(async (draft) => {
      await api.apply(draft);
      const what = `${draft.kind} ${draft.metadata.name} is ${type}`;
      let seen: Live | undefined;
      const attempt = async () => isTrue((seen = await api.get(draft)), type);
      await until(what, attempt, { describe: () => seen?.['status'] });
    }),
  );
}

/** The operators' kinds, as their own releases define them. No operator runs: see operators.ts. */
export async function installOperatorKinds(api: Api): Promise<void> {
  const definitions = (await customResourceDefinitions()).map((definition) => definition as unknown as Draft);
  await applyUntil(api, definitions, 'Established');
}

/** What our Configuration package brings, and `package/cluster` beside it. */
export async function installOurs(api: Api): Promise<void> {
  for (const draft of await kustomized('package/cluster')) await api.apply(draft);
  await applyUntil(api, await manifests('xrds'), 'Established');
  for (const draft of await manifests('compositions')) await api.apply(draft);
}
