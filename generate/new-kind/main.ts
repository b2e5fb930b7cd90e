/** `npm run new-kind NAME`: writes the skeleton of a kind of claim, which is complete and composes next to nothing. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import manifest from '../../package.json' with { type: 'json' };
import { command } from '../../command-line/command.ts';
import { DONE, REFUSED } from '../../command-line/exit-code.ts';
import { Failure, reasonOf } from '../../command-line/failure.ts';
import { main } from '../../command-line/main.ts';
import { kindNamed } from './names.ts';
import { writeSkeleton } from './write-skeleton.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

await main({
  name: 'new-kind',
  version: manifest.version,
  root: command({
    description: `Writes everything that a kind of claim has: XRD, Composition, code, examples, goldens, and its line in the registry, the README
and Argo CD's health checks. It composes a ServiceAccount, which is there to be replaced. docs/adding-a-kind.md goes on from there.`,
    operands: { usage: 'NAME', least: 1, most: 1 },
    flags: {
      group: {
        value: 'GROUP',
        otherwise: 'platform.bizmatters.io',
        help: 'API group of the kind.',
      },
      short: { value: 'NAME', help: 'Its short name in kubectl. Without it the first letters of the words.' },
    },
    async run({ flags, operands: [name = ''] }, terminal) {
      try {
        const written = await writeSkeleton(root, kindNamed(name, flags.group, flags.short));
        for (const path of written) terminal.print(`${path}\n`);
      } catch (error) {
        throw new Failure(`cannot write the kind ${name}: ${reasonOf(error)}`, REFUSED, { cause: error });
      }
      const run = promisify(execFile);
      // In processes of their own: the registry is another one now.
      await run(process.execPath, ['generate/main.ts'], { cwd: root });
      await run(process.execPath, ['test/golden/main.ts'], { cwd: root });
      terminal.print('Types, pages and golden files are written. Go on with docs/adding-a-kind.md.\n');
      return DONE;
    },
  }),
});
