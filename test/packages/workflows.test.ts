import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { root } from '../engine/install.ts';
import { filesIn, read } from '../structure/sources.ts';
import { obstacle, program } from '../tools/programs.ts';

const run = promisify(execFile);
const workflows = filesIn('.github/workflows/*.yaml');
const missing = await obstacle('actionlint');

describe('the workflows', () => {
  it.skipIf(missing !== undefined)('have nothing for actionlint to find', async () => {
    expect(workflows).toHaveLength(2);
    const paths = workflows.map((path) => join(root, path));
    await run(await program('actionlint'), paths, { cwd: root });
  });

  it.each(workflows)('%s calls only scripts that there are', (path) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const called = [...read(path).matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name = '']) => name);
    expect(called.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});
