/** `npm run help`: every npm script of this checkout, with a sentence. */
import { command } from './command-line/command.ts';
import { DONE } from './command-line/exit-code.ts';
import { table } from './command-line/help.ts';
import { main } from './command-line/main.ts';
import manifest from './package.json' with { type: 'json' };

function callOf(name: string): string {
  return name === 'test' || name === 'start' ? `npm ${name}` : `npm run ${name}`;
}

await main({
  name: 'help',
  version: manifest.version,
  root: command({
    description: 'Lists the npm scripts. Each says more with `-- --help`.',
    flags: {},
    run(_, terminal) {
      const rows = Object.entries(manifest['scripts-info']).map(
        ([name, info]) => [callOf(name), info] as const,
      );
      terminal.print(`${table(rows)}\n`);
      return DONE;
    },
  }),
});
