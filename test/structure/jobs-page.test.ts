import { describe, expect, test } from 'vitest';
import { filesIn, read } from './sources.ts';

const [page = '', evidence = ''] = read('docs/jobs.md').split('\n## What holds each sentence\n');

/** Sentences that only lead to others. */
const LEADING = ['A message queue delivers', 'The figures are in'];

const cellsOf = (line: string) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/** Paragraphs, items of lists and rows of tables, without headings, drawings and heads of tables. */
function blocksOf(text: string): readonly string[] {
  const lines = text.replaceAll(/^```[\s\S]*?^```$/gm, '').split('\n');
  const blocks: string[] = [''];
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('|')) {
      const isHead = /^\|[\s:|-]+$/.test(line) || /^\|[\s:|-]+$/.test(lines[index + 1] ?? '');
      if (!isHead) blocks.push(cellsOf(line).join(': '), '');
    } else if (line.startsWith('#') || line.trim() === '') blocks.push('');
    else if (/^(\d+\.|-) /.test(line)) blocks.push(line.replace(/^(\d+\.|-) /, ''));
    else blocks[blocks.length - 1] = `${blocks.at(-1) ?? ''} ${line.trim()}`.trim();
  }
  return blocks.filter((block) => block !== '');
}

const sentences = blocksOf(page).flatMap((block) => block.split(/(?<=[.!?]) (?=[A-Z0-9*`])/));
const rows = evidence
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .slice(2)
  .map(cellsOf);

describe('docs/jobs.md', () => {
  test.each(sentences.filter((sentence) => !LEADING.some((start) => sentence.startsWith(start))))(
    'names what holds: %s',
    (sentence) => {
      expect(rows.filter(([start = '?']) => sentence.startsWith(start))).not.toEqual([]);
    },
  );

  test.each(rows)('holds "%s" by a test that is there: %s › %s', (start = '', file = '', title = '') => {
    expect(sentences.some((sentence) => sentence.startsWith(start))).toBe(true);
    const path = file.replaceAll('`', '');
    expect(filesIn(path)).toEqual([path]);
    expect(read(path)).toContain(title);
  });
});
