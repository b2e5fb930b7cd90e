import { expect, test } from 'vitest';
import { generated } from '../../generate/generated.ts';
import { tableRow } from '../../generate/table-row.ts';

/** The cells that a reader of GitHub's Markdown sees: it splits at every bar that is not escaped, inside of code too. */
function cells(row: string): string[] {
  return row
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

test.each([
  ['a bar', ['a | b', 'c']],
  ['a bar in code', ['`text | {content}`', '']],
  ['nothing', ['', '']],
])('a row gives back its cells: %s', (_reason, given) => {
  expect(cells(tableRow(given))).toEqual(given);
});

test('a row stays on one line', () => {
  expect(tableRow(['one\ntwo'])).toBe('| one two |');
});

const pages = (await generated(new URL('../../', import.meta.url))).filter(({ path }) =>
  path.endsWith('.md'),
);

test.each(pages)('every row of $path has as many cells as the head of its table', ({ content }) => {
  const tables = content.split(/\n{2,}/).filter((block) => block.startsWith('|'));
  expect(tables.length).toBeGreaterThan(0);
  for (const table of tables) {
    const [head = '', ...rows] = table.trimEnd().split('\n');
    for (const row of rows) expect(cells(row), row).toHaveLength(cells(head).length);
  }
});
