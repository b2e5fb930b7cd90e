import { describe, expect, test } from 'vitest';
import { filesIn, read } from './sources.ts';

/** How many rows each of the five texts has. */
const rowsOfSeed = { 0: 15, 1: 24, 2: 34, 3: 13, 4: 19 };

const rows = [...read('docs/seeds.md').matchAll(/^\| (\d\.\d+) +\|(.*)\|$/gm)].map(
  ([, row = '', rest = '']) => {
    const [asked = '', here = '', shown = ''] = rest.split('|').map((cell) => cell.trim());
    return { row, asked, here, shown };
  },
);

describe('the page of what was asked for', () => {
  test('has every row, in order', () => {
    const wanted = Object.entries(rowsOfSeed).flatMap(([seed, count]) =>
      Array.from({ length: count }, (_, index) => `${seed}.${index + 1}`),
    );
    expect(rows.map(({ row }) => row)).toEqual(wanted);
  });

  test.each(rows)('$row, $asked: is shown by a test, or says why not', ({ asked, here, shown }) => {
    expect(asked).not.toBe('');
    const named = [...`${here} ${shown}`.matchAll(/`([^`\s]+\/[^`\s]*)`/g)].map(([, path = '']) => path);
    const missing = named.filter((path) => filesIn(path.replace(/\/$/, '')).length === 0);
    expect(missing.filter((path) => !path.includes('.io/'))).toEqual([]);
    expect(shown).toMatch(/`test\/[a-z0-9/-]+\.test\.ts`|^Not built: |^By reading/);
    expect(here === '' && !shown.startsWith('Not built: ')).toBe(false);
  });
});
