import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageArchive } from '../node/images/image.ts';
import type { ImageRecipe } from '../node/images/image.ts';
import { program } from '../tools/programs.ts';
import { run } from './shell.ts';
import type { Registry } from './world.ts';

/** Makes an image, pushes it under this name below the registry's owner, and gives its name in the cluster, with its digest. */
export async function pushImage(
  { push, pull }: Registry,
  recipe: ImageRecipe,
  name: string,
): Promise<string> {
  const archive = await imageArchive(recipe);
  const folder = await mkdtemp(join(tmpdir(), 'zerotouch-push-'));
  const crane = await program('crane');
  try {
    await run('tar', ['-C', folder, '-xf', archive]);
    await run(crane, ['push', folder, `${push}/${name}`], { seconds: 300 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const digest = await run(crane, ['digest', `${push}/${name}`]);
  return `${pull}/${name}@${digest.trim()}`;
}
