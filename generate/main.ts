/** `npm run generate`: writes every file that follows from others. */
import { mkdir, writeFile } from 'node:fs/promises';
import manifest from '../package.json' with { type: 'json' };
import { command } from '../command-line/command.ts';
import { DONE } from '../command-line/exit-code.ts';
import { main } from '../command-line/main.ts';
import { generated } from './generated.ts';
import { restartSettings } from './restart-settings.ts';

await main({
  name: 'generate',
  version: manifest.version,
  root: command({
    description: `Writes what follows from other files: the types of claims and their page from xrds/, the page of agent definitions
and the page of the worker's configuration from its tables.`,
    flags: {
      postgres: {
        help: 'Also what each major version of PostgreSQL reads at start only, asked of a server of each, from npm.',
      },
    },
    async run({ flags }, terminal) {
      const root = new URL('../', import.meta.url);
      const files = await generated(root);
      for (const { path, content } of flags.postgres ? [...files, await restartSettings()] : files) {
        const target = new URL(path, root);
        await mkdir(new URL('./', target), { recursive: true });
        await writeFile(target, content);
        terminal.print(`${path}\n`);
      }
      return DONE;
    },
  }),
});
