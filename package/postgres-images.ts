/** `npm run postgres-images`: whether the catalog of PostgreSQL images is true, and how it gets newer minor versions. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from '../command-line/command.ts';
import type { Call } from '../command-line/command.ts';
import { DONE, FAILED } from '../command-line/exit-code.ts';
import type { ExitCode } from '../command-line/exit-code.ts';
import { Failure } from '../command-line/failure.ts';
import type { Flags } from '../command-line/flag.ts';
import { main } from '../command-line/main.ts';
import manifest from '../package.json' with { type: 'json' };
import { crane, digestOf } from './crane.ts';
import type { CatalogImage } from './image-catalog.ts';
import { imagesIn, newestTag, withImages } from './image-catalog.ts';

const own = join(import.meta.dirname, 'postgres-images/catalog.yaml');

const flags = {
  newest: { help: 'Write the newest build of the newest minor version of each, with its digest.' },
  insecure: { help: 'Take any certificate of the registry. One on loopback needs no flag and no TLS.' },
} as const satisfies Flags;

async function run({ flags: given, operands: [path = own] }: Call<typeof flags>): Promise<ExitCode> {
  const catalog = await readFile(path, 'utf8');
  const images = imagesIn(catalog);
  if (!given.newest) return check(images, given.insecure);
  const newest: CatalogImage[] = [];
  for (const image of images) {
    const next = await newestOf(image, given.insecure);
    if (next.digest !== image.digest) process.stdout.write(`${image.tag} → ${next.tag}\n`);
    newest.push(next);
  }
  await writeFile(path, withImages(catalog, newest));
  return DONE;
}

async function check(images: readonly CatalogImage[], insecure: boolean): Promise<ExitCode> {
  const wrong: string[] = [];
  for (const { repository, tag, digest } of images) {
    const name = `${repository}:${tag}`;
    const found = await digestOf(name, insecure);
    if (found === digest) process.stdout.write(`${name}@${digest}\n`);
    else wrong.push(`${name} is ${digest} in the catalog; the registry has ${found ?? 'no such tag'}`);
  }
  if (wrong.length > 0) throw new Failure(wrong.join('\n'), FAILED);
  return DONE;
}

async function newestOf(image: CatalogImage, insecure: boolean): Promise<CatalogImage> {
  const tags = (await crane(insecure, 'ls', image.repository)).split('\n');
  const tag = newestTag(image, tags);
  if (tag === undefined) throw new Error(`cannot raise ${image.tag}: ${image.repository} has no such tag`);
  return { ...image, tag, digest: await crane(insecure, 'digest', `${image.repository}:${tag}`) };
}

await main({
  name: 'postgres-images',
  version: manifest.version,
  root: command({
    description: `Asks the registry for the digest of every image of the catalog that a release carries.
Exit code 0 when each is as the catalog says, 1 when one is not.`,
    operands: { usage: '[FILE]', least: 0, most: 1 },
    flags,
    run,
  }),
});
