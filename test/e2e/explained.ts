import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Kubectl } from './kubectl.ts';
import { kubectlProgram } from './tools.ts';

const program = join(import.meta.dirname, '../../cli/main.ts');

/** What `zerotouch diff --cluster` says of a claim that is to be applied: what becomes of what the cluster has. */
export async function explained({ kubeconfig }: Kubectl, claim: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'zerotouch-diff-'));
  try {
    const file = join(folder, 'claim.yaml');
    await writeFile(file, claim);
    const PATH = [dirname(await kubectlProgram()), process.env['PATH']].join(delimiter);
    const call = [program, 'diff', '--cluster', file, '--kubeconfig', kubeconfig];
    return await promisify(execFile)(process.execPath, call, { env: { ...process.env, PATH } }).then(
      ({ stdout }) => stdout,
      changed,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Its exit code 1 says that something changes. */
function changed(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 1 && 'stdout' in error)
    return String(error.stdout);
  throw error;
}
