import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { names } from '../../package/release.ts';
import { program } from '../tools/programs.ts';
import { bundled } from './programs.ts';
import { run } from './shell.ts';
import type { Registry } from './world.ts';

const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';

/**
 * Pushes an image that starts a web application by itself, and gives its name in the cluster: the workers' image of this version,
 * which has Node, with `pods/shop.ts` on top.
 */
export async function pushShop({ push, pull }: Registry, version: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'zerotouch-shop-'));
  const crane = await program('crane');
  const image = `${push}/shop:${version}`;
  try {
    await mkdir(join(folder, 'shop'));
    await writeFile(join(folder, 'shop/main.mjs'), await bundled('pods/shop.ts'));
    const layer = join(folder, 'layer.tar');
    await run('tar', ['-C', folder, '--numeric-owner', '--owner=0', '--group=0', '-cf', layer, 'shop']);
    const platform = ['--platform', `linux/${architecture}`];
    const base = `${push}/${names.worker}:${version}`;
    await run(crane, ['append', ...platform, '--base', base, '--new_layer', layer, '--new_tag', image]);
    await run(crane, ['mutate', image, '--entrypoint', '/nodejs/bin/node,/shop/main.mjs', '--tag', image]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return `${pull}/shop:${version}`;
}
