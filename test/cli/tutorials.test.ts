import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesIn, read } from '../structure/sources.ts';
import { cli, folder } from './run.ts';
import { blocksOf, stepsOf, withoutNotes } from './steps.ts';

const root = join(import.meta.dirname, '../..');

/** A folder with the program on the PATH, and nothing else of ours. */
function shell(): (script: string) => string {
  const bin = folder({ zerotouch: `#!/bin/sh\nexec "${process.execPath}" "${root}/cli/main.ts" "$@"\n` });
  chmodSync(join(bin, 'zerotouch'), 0o755);
  const cwd = folder({});
  return (script) => {
    const { status, stdout } = spawnSync('bash', ['-e', '-c', `exec 2>&1\n${script}`], {
      cwd,
      encoding: 'utf8',
      env: { HOME: cwd, PATH: `${bin}:${dirname(process.execPath)}:${process.env['PATH']}` },
    });
    expect(status, `${script}\n${stdout}`).toBe(0);
    return stdout;
  };
}

describe.each(filesIn('docs/tutorials/*.md'))('%s, played from an empty folder', (page) => {
  test('every command works, and prints what the page shows', () => {
    const steps = stepsOf(read(page));
    const run = shell();
    const printed = steps.map(({ script, shown }) => {
      const output = withoutNotes(run(script));
      return shown === undefined ? undefined : output;
    });
    expect(steps.length).toBeGreaterThan(2);
    expect(printed).toEqual(steps.map(({ shown }) => shown));
  });
});

const calls = [...filesIn('*.md'), ...filesIn('docs/*.md')].flatMap((page) =>
  blocksOf(read(page)).flatMap(({ text }) => {
    const [, args, output] = /^\$ (?:npm run (?:zerotouch -- )?|zerotouch )(.*)\n([\s\S]*)$/.exec(text) ?? [];
    return args === undefined ? [] : [{ page, args: args.replace(' -- ', ' '), output: output ?? '' }];
  }),
);

test.each(calls)('$page shows what $args prints', async ({ args, output }) => {
  const run = await cli(args.split(' '), root);
  expect(run.stdout.trim()).toBe(output.trim());
});
