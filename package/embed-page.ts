import type { Metafile, Plugin } from 'esbuild';
import { buildPage } from '../worker/http/page/build.ts';

/** Puts the page, built, where a worker of a checkout would build it. */
export function embedPage(): { readonly plugin: Plugin; readonly made: () => readonly Metafile[] } {
  const made: Metafile[] = [];
  return {
    /** What the page was made of, once a program with it is built: none of a program that has no page. */
    made: () => made,
    plugin: {
      name: 'page',
      setup(build) {
        build.onLoad({ filter: /[/\\]worker[/\\]http[/\\]page[/\\]files\.ts$/ }, async () => {
          const { files, metafile } = await buildPage();
          made.push(metafile);
          const text = JSON.stringify(JSON.stringify(files));
          return { contents: `export const pageFiles = async () => JSON.parse(${text});`, loader: 'js' };
        });
      },
    },
  };
}
