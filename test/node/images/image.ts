import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from '../../tools/lock.ts';
import { toolsFolder } from '../../tools/programs.ts';
import { recipes } from '../../tools/recipes.ts';
import type { ProgramName } from '../../tools/recipes.ts';
import { addAccounts, addPrograms, unpackDebian } from './file-system.ts';
import type { Suite } from './file-system.ts';
import { packImage } from './pack.ts';
import type { ImageConfig } from './pack.ts';

/**
 * An image and what is in it. It bears the name that upstream's manifests ask for, so that those run unchanged; its content is
 * put together from Debian's packages, npm, PyPI and programs built from Go modules.
 */
export interface ImageRecipe {
  readonly name: string;
  readonly config: ImageConfig;
  readonly debian?: { readonly packages: readonly string[]; readonly suite?: Suite };
  /** Programs by their path in the image. */
  readonly programs?: Readonly<Record<string, ProgramName>>;
  /** What else is to be done in its folder; `revision` changes with what that does. */
  readonly finish?: { readonly revision: string; readonly work: (folder: string) => Promise<void> };
}

/** Changes when what every image has, or how it is packed, changes. */
const format = 1;

/** The images' packages come from this release of Debian where a recipe names no other. */
const suite: Suite = 'trixie';

/** Where an image is kept, under a name that changes with what it is made of. */
function archiveOf(recipe: ImageRecipe): string {
  const versions = Object.values(recipe.programs ?? {}).map((name) => `${name} ${recipes[name].version}`);
  const { name, config, debian, finish } = recipe;
  const made = JSON.stringify([format, name, config, debian, versions, finish?.revision]);
  const digest = createHash('sha256').update(made).digest('hex').slice(0, 12);
  return join(toolsFolder(), 'images', `${name.replaceAll(/[/:]/g, '_')}-${digest}.tar`);
}

/** The archive of an image, made now or earlier. */
export async function imageArchive(recipe: ImageRecipe): Promise<string> {
  const archive = archiveOf(recipe);
  const isMade = () =>
    stat(archive).then(
      () => true,
      () => false,
    );
  if (await isMade()) return archive;
  await withLock([`${archive}.lock`], async () => {
    if (await isMade()) return; // another process has made it meanwhile
    console.error(`making image ${recipe.name} ...`);
    await make(recipe, archive);
  });
  return archive;
}

async function make({ name, config, debian, programs, finish }: ImageRecipe, archive: string): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'zerotouch-image-'));
  const rootfs = join(work, 'rootfs');
  try {
    if (debian) await unpackDebian(rootfs, debian.packages, debian.suite ?? suite);
    else await mkdir(rootfs);
    await addAccounts(rootfs);
    await addPrograms(rootfs, programs ?? {});
    await finish?.work(rootfs);
    await mkdir(join(toolsFolder(), 'images'), { recursive: true });
    await packImage(rootfs, name, config, archive);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
