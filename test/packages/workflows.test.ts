import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { root } from '../engine/install.ts';
import { filesIn } from '../structure/sources.ts';
import { obstacle, program } from '../tools/programs.ts';

const run = promisify(execFile);
const workflows = filesIn('.github/workflows/*.yaml');
const missing = await obstacle('actionlint');

describe('the workflows', () => {
  it.skipIf(missing !== undefined)('have nothing for actionlint to find', async () => {
    expect(workflows).toHaveLength(4);
    const paths = workflows.map((path) => join(root, path));
    await run(await program('actionlint'), paths, { cwd: root });
  });

  it.skipIf(missing !== undefined)('of an application have nothing either', async () => {
    const cwd = join(root, 'examples/app');
    const { stdout } = await run(await program('actionlint'), ['.github/workflows/ci.yaml'], { cwd });
    expect(stdout).toBe('');
  });
});
