/** `npm run pack`: the program `zerotouch` for people, as an npm package and as one file. */
import { mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { command } from '../../command-line/command.ts';
import { DONE } from '../../command-line/exit-code.ts';
import { main } from '../../command-line/main.ts';
import { pack } from './pack.ts';

const root = join(import.meta.dirname, '../..');

await main({
  name: 'pack',
  version: manifest.version,
  root: command({
    description: `Makes the program zerotouch out of this checkout: an npm package without dependencies, and the same as one
file. Node 20.11 or later runs both.`,
    flags: {
      version: { value: 'VERSION', otherwise: manifest.version, help: 'The version that it says it has.' },
      out: { value: 'FOLDER', otherwise: join(root, '_build'), help: 'Where to write.' },
    },
    async run({ flags }, terminal) {
      const out = resolve(flags.out);
      await mkdir(out, { recursive: true });
      const { tarball, oneFile } = await pack(root, out, flags.version.replace(/^v/, ''));
      for (const path of [tarball, oneFile]) terminal.print(`${relative(process.cwd(), path)}\n`);
      return DONE;
    },
  }),
});
