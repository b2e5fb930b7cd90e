/** `npm run release:notes -- vX.Y.Z`: what the changelog says of a version, or why it cannot be released. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import { notesOf } from './changelog.ts';

const root = join(import.meta.dirname, '..');

async function main([tag]: readonly string[]): Promise<void> {
  if (tag !== `v${manifest.version}`) {
    throw new Error(`cannot release ${tag}: package.json is at ${manifest.version}; npm version makes both`);
  }
  process.stdout.write(`${notesOf(await readFile(join(root, 'CHANGELOG.md'), 'utf8'), tag)}\n`);
}

await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
