/** `npm run release-notes -- vX.Y.Z`: what the changelog says of a version, or why it cannot be released. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from '../command-line/command.ts';
import { DONE, FAILED } from '../command-line/exit-code.ts';
import { Failure } from '../command-line/failure.ts';
import { main } from '../command-line/main.ts';
import manifest from '../package.json' with { type: 'json' };
import { notesOf } from './changelog.ts';

const root = join(import.meta.dirname, '..');

await main({
  name: 'release-notes',
  version: manifest.version,
  root: command({
    description:
      'Prints what the changelog says of a version, or why it cannot be released, which ends with 1.',
    operands: { usage: 'vX.Y.Z', least: 1, most: 1 },
    flags: {},
    async run({ operands: [tag = ''] }, terminal) {
      if (tag !== `v${manifest.version}`)
        throw new Failure(
          `cannot release ${tag}: package.json is at ${manifest.version}; npm version makes both`,
          FAILED,
        );
      terminal.print(`${notesOf(await readFile(join(root, 'CHANGELOG.md'), 'utf8'), tag)}\n`);
      return DONE;
    },
  }),
});
