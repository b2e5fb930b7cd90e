import { expect, test } from 'vitest';
import { filesIn, read } from './sources.ts';

const pages = [...filesIn('*.md'), ...filesIn('docs/**/*.md')].filter((path) => path !== 'CHANGELOG.md');
const folders =
  'bench|cli|command-line|compositions|docs|examples|functions|generate|package|render|test|worker|xrds';
/** A path in a page; `<kind>` and its like stand for any name. */
const path = new RegExp(`\`((?:${folders})/[^\`\\s]*)\``, 'g');

test.each(pages)('%s names files that are there', (page) => {
  const named = [...read(page).matchAll(path)].map(([, each = '']) => each);
  const pattern = (each: string) => each.replaceAll(/<[a-z]+>/g, '*').replace(/\/$/, '');
  expect(named.filter((each) => filesIn(pattern(each)).length === 0)).toEqual([]);
});
