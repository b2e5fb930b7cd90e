/** `npm run golden`: writes what every example becomes, to be read as a diff before it is committed. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { command, group } from '../../command-line/command.ts';
import { DONE } from '../../command-line/exit-code.ts';
import { main } from '../../command-line/main.ts';
import manifest from '../../package.json' with { type: 'json' };
import { goldenCases, orphanedGoldens, renderExample, root } from './cases.ts';

const write = command({
  description:
    'Renders every example into test/golden, and removes the golden files of examples that are gone.',
  flags: {},
  async run(_, terminal) {
    for (const orphan of await orphanedGoldens()) {
      await rm(join(root, orphan));
      terminal.print(`removed ${orphan}\n`);
    }
    for (const each of await goldenCases()) {
      const target = join(root, each.golden);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, await renderExample(each));
      terminal.print(`${each.golden}\n`);
    }
    return DONE;
  },
});

await main({
  name: 'golden',
  version: manifest.version,
  root: group({
    description: 'Golden files: what every example becomes.',
    standard: 'write',
    members: {
      write: { summary: 'write them anew, to be read as a diff', load: () => Promise.resolve(write) },
      keep: {
        summary: 'keep those of a release, which later versions are held to',
        load: async () => (await import('./keep-release.ts')).keepRelease,
      },
      record: {
        summary:
          'record what the worker of a release leaves of interrupted jobs, which later versions resume',
        load: async () => (await import('../recordings/record.ts')).record,
      },
    },
  }),
});
