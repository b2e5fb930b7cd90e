import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build as esbuild } from 'esbuild';
import type { Metafile } from 'esbuild';
import type { PageFiles } from './files.ts';

const folder = join(import.meta.dirname, '../../ui');

/** What the page needs of the browser: all that had come out two years before it. */
const TARGET = ['chrome128', 'firefox130', 'safari18'];

/** The page, and what its files were made of. */
export interface BuiltPage {
  readonly files: PageFiles;
  readonly metafile: Metafile;
}

/** Bundles the page from its sources in `worker/ui`. */
export async function buildPage(): Promise<BuiltPage> {
  const { outputFiles, metafile } = await esbuild({
    absWorkingDir: join(folder, '../..'),
    entryPoints: { page: join(folder, 'main.tsx'), style: join(folder, 'style/page.css') },
    outdir: folder,
    bundle: true,
    format: 'esm',
    target: TARGET,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    write: false,
  });
  const made = (name: string): string => outputFiles.find(({ path }) => path.endsWith(name))?.text ?? '';
  const [html, icon] = await Promise.all(
    ['page.html', 'icon.svg'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  const files = {
    'page.html': html ?? '',
    'icon.svg': icon ?? '',
    'page.js': made('page.js'),
    'page.css': made('style.css'),
  };
  return { files, metafile };
}
