import { cp, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { command } from '../../command-line/command.ts';
import { DONE } from '../../command-line/exit-code.ts';
import manifest from '../../package.json' with { type: 'json' };
import { goldenCases, root } from './cases.ts';

/** `npm run golden keep`: test/engine/upgrade.test.ts holds later versions to what is kept. */
export const keepRelease = command({
  description: `Keeps today's golden files as those of the version in package.json. Done once for each release, when nothing
of it will change any more.`,
  flags: {},
  async run(_, terminal) {
    const folder = join(root, 'test/engine/released', `v${manifest.version}`);
    await rm(folder, { recursive: true, force: true });
    for (const { name, golden } of await goldenCases()) {
      const target = join(folder, `${name}.yaml`);
      await mkdir(dirname(target), { recursive: true });
      await cp(join(root, golden), target);
    }
    terminal.print(`${folder}\n`);
    return DONE;
  },
});
