import { expect, test } from 'vitest';
import { filesIn, read } from './sources.ts';

const pages = filesIn('docs/decisions/*.md').filter((path) => !path.endsWith('README.md'));
const parts = ['Context', 'Decision', 'Consequence', 'What would change our mind'];

test.each(pages)('%s has its four parts, each with something in it', (path) => {
  const text = read(path);
  expect(text).toMatch(/^# \S.+\n/);
  const found = [...text.matchAll(/^\*\*([^*]+)\.\*\* +(\S)?/gm)];
  expect(found.map(([, part]) => part)).toEqual(parts);
  for (const [, part, content] of found) expect(content, part).toBeDefined();
});

test('docs/decisions/README.md lists every page, by its title and in order', () => {
  const listed = [...read('docs/decisions/README.md').matchAll(/^- \[(.+)\]\((.+)\)$/gm)].map(
    ([, title = '', file = '']) => ({ title, path: `docs/decisions/${file}` }),
  );
  expect(listed).toEqual(pages.map((path) => ({ title: /^# (.+)$/m.exec(read(path))?.[1] ?? '', path })));
});

test('no number is used twice', () => {
  const numbers = pages.flatMap((path) => /\/(\d+)-/.exec(path)?.[1] ?? []);
  expect(new Set(numbers).size).toBe(numbers.length);
});
