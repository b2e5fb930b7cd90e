import { describe, expect, test } from 'vitest';
import { filesIn, hasString, read } from './sources.ts';

const [, claims = '', agents = ''] = read('docs/first-hour.md').split(/^## .*$/m);

/** The rows of a table below its head, each as its cells. */
function rowsOf(section: string): string[][] {
  const [, , ...rows] = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.map((row) => row.split('|').map((cell) => cell.trim()));
}

const shown = [...rowsOf(claims), ...rowsOf(agents)].map(([, happened = '', , by = '']) => ({
  happened,
  by: Array.from(by.matchAll(/`(test\/[^`]+)`: (.+?)(?=; `test\/|$)/g), ([, path = '', name = '']) => ({
    path,
    name,
  })),
}));

describe('what newcomers stumbled over', () => {
  test('is twelve things of claims, one of changes to them, and five of agents', () => {
    expect(rowsOf(claims)).toHaveLength(13);
    expect(rowsOf(agents)).toHaveLength(5);
  });

  test.each(shown)('$happened has its tests', ({ by }) => {
    expect(by.length).toBeGreaterThan(0);
    const lost = by.filter(({ path, name }) => filesIn(path).length === 0 || !hasString(read(path), name));
    expect(lost).toEqual([]);
  });
});
