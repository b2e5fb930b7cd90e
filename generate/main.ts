/** `npm run generate`: writes every file that follows from others. */
import { mkdir, writeFile } from 'node:fs/promises';
import manifest from '../package.json' with { type: 'json' };
import { command } from '../command-line/command.ts';
import { DONE } from '../command-line/exit-code.ts';
import { main } from '../command-line/main.ts';
import { generated } from './generated.ts';

await main({
  name: 'generate',
  version: manifest.version,
  root: command({
    description: `Writes what follows from other files: the types of claims and their page from xrds/, the page of agent definitions
and the page of the worker's configuration from its tables.`,
    flags: {},
    async run(_, terminal) {
      const root = new URL('../', import.meta.url);
      for (const { path, content } of await generated(root)) {
        const target = new URL(path, root);
        await mkdir(new URL('./', target), { recursive: true });
        await writeFile(target, content);
        terminal.print(`${path}\n`);
      }
      return DONE;
    },
  }),
});
