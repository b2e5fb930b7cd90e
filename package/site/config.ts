import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const source = 'https://github.com/bizmatters/zerotouch';
const pages = join(import.meta.dirname, '../../docs');

/** The table of contents: the sections of docs/README.md, with their links. */
function sidebar() {
  const [, ...sections] = readFileSync(join(pages, 'README.md'), 'utf8').split(/^## /m);
  return sections.map((section) => ({
    text: section.split('\n', 1)[0] ?? '',
    items: Array.from(section.matchAll(/^- \[(.+?)\]\((.+?)\)/gm), ([, text = '', link = '']) => ({
      text,
      link: `/${link.replace(/(README)?\.md$/, '')}`,
    })),
  }));
}

/** A part of a page, as markdown-it has it, of whose package no types are among ours. */
interface Token {
  readonly type: string;
  readonly children: readonly Token[] | null;
  attrGet(name: string): string | null;
  attrSet(name: string, value: string): void;
}

/** A page that has been parsed. */
interface Parsed {
  readonly tokens: readonly Token[];
  readonly env: { readonly relativePath: string };
}

/** What we need of the parser. */
interface Parser {
  readonly core: {
    readonly ruler: { after(name: string, own: string, change: (page: Parsed) => void): void };
  };
}

/** The same pages as on GitHub: links that leave this folder lead there, and headings have the same names. */
export const site = {
  title: 'zerotouch',
  description: 'Databases, caches and agent workers on Kubernetes, from a claim of eight lines',
  base: process.env['DOCS_BASE'] ?? '/',
  outDir: join(pages, '../_site'),
  cacheDir: join(pages, '../node_modules/.cache/vitepress'),
  rewrites: { 'README.md': 'index.md', 'decisions/README.md': 'decisions/index.md' },
  cleanUrls: true,
  lastUpdated: false,
  markdown: {
    anchor: { slugify: slug },
    config(markdown: Parser) {
      markdown.core.ruler.after('inline', 'links-to-source', ({ tokens, env }) => {
        for (const token of tokens.flatMap(({ children }) => children ?? [])) {
          // Braces in code are no expressions of Vue's.
          if (token.type === 'code_inline') token.attrSet('v-pre', '');
          const link = token.attrGet('href');
          if (link !== null) token.attrSet('href', outside(env.relativePath, link) ?? link);
        }
      });
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    sidebar: sidebar(),
    socialLinks: [{ icon: 'github', link: source }],
    editLink: { pattern: `${source}/edit/main/docs/:path` },
  },
};

/** The name of a heading in a link, as GitHub makes it. */
function slug(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
}

/** Where a link leads that leaves the pages; undefined of any other. */
function outside(page: string, link: string): string | undefined {
  if (!link.startsWith('../')) return undefined;
  const { pathname, hash } = new URL(link, `file:///docs/${page}`);
  return pathname.startsWith('/docs/') ? undefined : `${source}/blob/main${pathname}${hash}`;
}
