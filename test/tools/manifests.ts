import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../e2e/shell.ts';
import { moduleFolder } from './go.ts';
import { versions } from './pins.ts';
import { program } from './programs.ts';

/** The manifest of CloudNativePG's release, which its module carries. */
export async function cloudNativePgManifest(): Promise<string> {
  const { cloudnativePg: version } = versions;
  const folder = await moduleFolder(`github.com/cloudnative-pg/cloudnative-pg@v${version}`);
  return readFile(join(folder, `releases/cnpg-${version}.yaml`), 'utf8');
}

/** KEDA's, from the kustomization of its module, whose images are those of its main branch. */
export async function kedaManifest(): Promise<string> {
  const folder = await moduleFolder(`github.com/kedacore/keda/v2@v${versions.keda}`);
  const manifest = await run(await program('kubectl'), ['kustomize', join(folder, 'config/default')]);
  return manifest.replaceAll(/(ghcr\.io\/kedacore\/keda[a-z-]*):main/g, `$1:${versions.keda}`);
}
