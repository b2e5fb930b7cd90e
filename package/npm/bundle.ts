import { basename, join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { commonOptions, packagesIn } from '../bundle.ts';
import { embedPage } from '../embed-page.ts';
import { embedDefinitions } from './embed.ts';

const root = join(import.meta.dirname, '../..');

/** The file that a person, or npm for them, runs. */
export const programFile = 'zerotouch.mjs';

/** The program for people, ready to be written. */
export interface ProgramFiles {
  /** Contents by name, all to lie in one folder. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The npm packages that are part of it, as paths below the root. */
  readonly packages: readonly string[];
}

/**
 * Bundles `zerotouch` for Node 20 and later, with the definitions of all kinds inside. In several files, a command reads those
 * that it needs and no other, so that it starts at once; as one file it can be carried about.
 */
export async function bundledProgram(
  version: string,
  { oneFile }: { readonly oneFile: boolean },
): Promise<ProgramFiles> {
  const common = commonOptions('esm', version);
  const page = embedPage();
  const { outputFiles, metafile } = await esbuild({
    ...common,
    entryPoints: { zerotouch: 'cli/main.ts' },
    target: 'node20.11',
    inject: [join(import.meta.dirname, 'node-20.ts')],
    plugins: [...common.plugins, embedDefinitions(root), page.plugin],
    splitting: !oneFile,
    // The hashes in the names of chunks are of paths too, which shall not depend on where packages really lie.
    preserveSymlinks: true,
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
  });
  return {
    files: new Map(outputFiles.map(({ path, contents }) => [basename(path), contents])),
    packages: packagesIn(metafile, ...page.made()),
  };
}
