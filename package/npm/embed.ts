import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { readDefinitions } from '../../render/platform.ts';
import type { DefinitionFile } from '../../render/platform.ts';

/** Puts the XRDs and Compositions of the checkout into the program, read, where it would look for their folders. */
export function embedDefinitions(root: string): Plugin {
  return {
    name: 'definitions',
    setup(build) {
      build.onLoad({ filter: /[/\\]cli[/\\]input[/\\]definitions\.ts$/ }, async () => {
        const { xrds, compositions } = await readDefinitions(root);
        const inside = { xrds: xrds.map(named), compositions: compositions.map(named) };
        // A text that JSON.parse reads starts faster than the same as a literal.
        // https://v8.dev/blog/cost-of-javascript-2019#json
        const text = JSON.stringify(JSON.stringify(inside));
        return { contents: `export const ownDefinitions = async () => JSON.parse(${text});`, loader: 'js' };
      });
    },
  };

  function named({ path, value }: DefinitionFile): DefinitionFile {
    return { path: path.slice(join(root, '/').length), value };
  }
}
