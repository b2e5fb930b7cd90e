import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };

const run = promisify(execFile);
const cwd = join(import.meta.dirname, '../..');
const programs = Object.entries(manifest.scripts)
  .filter(([name, script]) => script.startsWith('node ') && Object.hasOwn(manifest['scripts-info'], name))
  .map(([name, script]) => ({ name, args: script.split(' ').slice(1) }));

test.each(programs)('npm run $name says how it is called, and what is wrong', async ({ args }) => {
  const help = await run(process.execPath, [...args, '--help'], { cwd });
  expect(help.stdout).toMatch(/^Usage: /);
  const wrong = run(process.execPath, [...args, '--frobnicate'], { cwd });
  await expect(wrong).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--frobnicate') as string,
  });
});
