import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadAll } from 'js-yaml';
import { platform } from '../gitops/repositories.ts';
import { program } from '../tools/programs.ts';
import type { Draft } from './api.ts';
import { root } from './install.ts';

const run = promisify(execFile);

/**
 * What the platform makes for the tenant of a folder in the registry, rendered by Helm as Argo CD has it do.
 *
 * @param config the text of its config.yaml
 * @throws with Helm's own words when it refuses the file
 */
export async function tenantObjects(folder: string, config: string, environment = 'prd'): Promise<Draft[]> {
  const dir = await mkdtemp(join(tmpdir(), 'zerotouch-tenant-'));
  try {
    const values = join(dir, 'config.yaml');
    await writeFile(values, config);
    const chart = join(root, platform, 'platform/tenant');
    const set = ['--set-string', `environment=${environment}`, '--set-string', `folder=${folder}`];
    const args = ['template', `tenant-${folder}`, chart, '--values', values, ...set];
    const { stdout } = await run(await program('helm'), args);
    return loadAll(stdout) as Draft[];
  } finally {
    await rm(dir, { recursive: true });
  }
}
