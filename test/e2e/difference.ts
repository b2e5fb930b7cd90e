import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import type { Kubectl } from './kubectl.ts';
import { run } from './shell.ts';
import { kubectlProgram } from './tools.ts';

const root = join(import.meta.dirname, '../..');

/** What `diff --cluster` says of a file with this object. */
export async function differenceInCluster({ kubeconfig }: Kubectl, object: JsonObject): Promise<Json> {
  const folder = await mkdtemp(join(tmpdir(), 'zerotouch-diff-'));
  const path = `${dirname(await kubectlProgram())}${delimiter}${process.env['PATH'] ?? ''}`;
  try {
    const file = join(folder, 'object.yaml');
    await writeFile(file, JSON.stringify(object));
    const call = ['cli/main.ts', 'diff', '--cluster', file, '--kubeconfig', kubeconfig, '--output', 'json'];
    // It ends with 1 where there is a difference.
    const tolerant = ['-c', '"$@" || [ $? -eq 1 ]', 'sh', process.execPath, ...call];
    return JSON.parse(await run('sh', tolerant, { cwd: root, env: { PATH: path } })) as Json;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
