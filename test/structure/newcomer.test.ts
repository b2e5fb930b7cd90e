import { describe, expect, test } from 'vitest';
import { zerotouch } from '../../cli/program.ts';
import { serveFlags } from '../../functions/server/options.ts';
import { changes } from '../contributing/changes.ts';
import { filesIn, read } from './sources.ts';

describe('what a newcomer is told', () => {
  test('is told of ten changes', () => {
    expect(changes).toHaveLength(10);
  });

  test.each(changes)('$change touches at most five files, which are there', ({ files, tests }) => {
    expect(files.length).toBeGreaterThan(1);
    expect(files.length).toBeLessThanOrEqual(5);
    expect(tests.length).toBeGreaterThan(0);
    for (const path of [...files, ...tests]) expect(filesIn(path), path).toEqual([path]);
  });
});

describe('flags are documented', () => {
  test.each(Object.keys(serveFlags))('--%s of the function in docs/function.md', (flag) => {
    expect(read('docs/function.md')).toContain(`--${flag}`);
  });

  test('no other of the function in docs/function.md', () => {
    const rows = read('docs/function.md').matchAll(/^\| `--([\w-]+)`/gm);
    const gone = [...rows].flatMap(([, flag = '']) => (Object.hasOwn(serveFlags, flag) ? [] : [flag]));
    expect(gone, `no flags of the function: ${gone.join(', ')}`).toEqual([]);
  });

  test.each(['render', 'validate', 'diff'])('those of %s in docs/rendering.md', async (name) => {
    if (zerotouch.root.kind !== 'group') throw new Error('expected a group of commands');
    const command = await zerotouch.root.members[name]?.load();
    if (command?.kind !== 'command') throw new Error(`expected a command ${name}`);
    const page = read('docs/rendering.md');
    const missing = Object.entries(command.flags).filter(
      ([flag, { short }]) => !page.includes(`--${flag}`) && !(short && page.includes(`-${short}`)),
    );
    expect(missing.map(([flag]) => flag)).toEqual([]);
  });
});
