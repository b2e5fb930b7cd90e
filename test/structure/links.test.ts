import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesIn, read } from './sources.ts';

const pages = [...filesIn('*.md'), ...filesIn('docs/**/*.md')];
const root = join(import.meta.dirname, '../..');

/** A page without its code, in which brackets are no links and signs of number no headings. */
const textOf = (page: string) =>
  read(page)
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ''));

/** The names by which headings are linked to, as GitHub and the site make them. */
function anchorsOf(page: string): string[] {
  return [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('links', () => {
  test.each(pages)('of %s lead somewhere', (page) => {
    const links = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const broken = links.filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(page, '..', path);
      if (!existsSync(join(root, target))) return true;
      const isPage = target.endsWith('.md') && statSync(join(root, target)).isFile();
      return anchor !== undefined && isPage && !anchorsOf(target).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

test('every page is in the table of contents', () => {
  const contents = read('docs/README.md');
  const missing = filesIn('docs/{*,tutorials/*}.md').filter(
    (page) => page !== 'docs/README.md' && !contents.includes(`](${page.slice('docs/'.length)})`),
  );
  expect(missing).toEqual([]);
});
