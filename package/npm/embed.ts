import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { readClusterBase } from '../../cli/input/cluster-base.ts';
import { readDefinitions } from '../../render/platform.ts';
import type { DefinitionFile } from '../../render/platform.ts';

/**
 * Puts the XRDs and Compositions of the checkout into the program, read, where it would look for their folders; and likewise the
 * objects of package/cluster.
 */
export function embedDefinitions(root: string): Plugin {
  return {
    name: 'definitions',
    setup(build) {
      build.onLoad({ filter: /[/\\]cli[/\\]input[/\\]definitions\.ts$/ }, async () => {
        const { xrds, compositions } = await readDefinitions(root);
        return answering('ownDefinitions', { xrds: xrds.map(named), compositions: compositions.map(named) });
      });
      build.onLoad({ filter: /[/\\]cli[/\\]input[/\\]cluster-base\.ts$/ }, async () =>
        answering('ownClusterBase', await readClusterBase(root)),
      );
    },
  };

  function named({ path, value }: DefinitionFile): DefinitionFile {
    return { path: path.slice(join(root, '/').length), value };
  }
}

/** A module with one function, which answers with this. */
function answering(name: string, value: object) {
  // A text that JSON.parse reads starts faster than the same as a literal.
  // https://v8.dev/blog/cost-of-javascript-2019#json
  const text = JSON.stringify(JSON.stringify(value));
  return { contents: `export const ${name} = async () => JSON.parse(${text});`, loader: 'js' } as const;
}
