import { describe, expect, test } from 'vitest';
import { filesIn, hasString, read } from './sources.ts';

const [, ...sections] = read('docs/runbooks.md').split(/^## /m);

const runbooks = sections.map((text) => ({
  title: text.slice(0, text.indexOf('\n')),
  text,
  played: Array.from(text.matchAll(/^- `([^`]+)`: (.+)$/gm), ([, by = '', step = '']) => ({ by, step })),
}));

/** The files in which the steps of a test, a tier or a chapter stand. */
function filesOf(by: string): string[] {
  const [, chapter] = /^npm run e2e -- tell ([a-z]+)$/.exec(by) ?? [];
  if (chapter === undefined) return filesIn(by === 'npm test argocd' ? 'test/argocd/**/*.ts' : by);
  const [, maker = ''] =
    new RegExp(`^ {4}${chapter}: (\\w+)\\(`, 'm').exec(read('test/e2e/chapters.ts')) ?? [];
  return filesIn('test/e2e/chapters/*.ts').filter((path) => read(path).includes(`export function ${maker}(`));
}

describe('the runbooks', () => {
  test('are those that an operator looks for', () => {
    expect(runbooks.map(({ title }) => title)).toEqual([
      'Install',
      'Upgrade',
      'Rollback',
      'Restore a database',
      'Rotate a password',
      'Add a tenant',
      'Remove a tenant',
      'A lost cluster',
    ]);
  });

  test.each(runbooks)('$title has commands, and what plays them', ({ text, played }) => {
    expect(text).toMatch(/^ *```sh$/m);
    expect(played.length).toBeGreaterThan(0);
    const lost = played.filter(({ by, step }) => !filesOf(by).some((path) => hasString(read(path), step)));
    expect(lost).toEqual([]);
  });

  test.each(runbooks)('$title names folders and scripts that are there', ({ text }) => {
    const folders = Array.from(text.matchAll(/ -k (\S+)/g), ([, path = '']) => path);
    const scripts = Array.from(text.matchAll(/\bscripts\/[a-z-]+/g), ([path]) => `examples/platform/${path}`);
    expect([...folders, ...scripts].filter((path) => filesIn(path).length === 0)).toEqual([]);
  });
});
