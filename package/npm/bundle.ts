import { join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { commonOptions, filesOf, moduleOptions, packagesIn } from '../bundle.ts';
import type { Modules } from '../bundle.ts';
import { embedPage } from '../embed-page.ts';
import { embedDefinitions } from './embed.ts';

const root = join(import.meta.dirname, '../..');

/** The file that a person, or npm for them, runs. */
export const programFile = 'zerotouch.mjs';

/**
 * Bundles `zerotouch` for Node 20 and later, with the definitions of all kinds inside. In several files, a command reads those
 * that it needs and no other, so that it starts at once; as one file it can be carried about.
 */
export async function bundledProgram(
  version: string,
  { oneFile }: { readonly oneFile: boolean },
): Promise<Modules> {
  const common = commonOptions('esm', version);
  const page = embedPage();
  const { outputFiles, metafile } = await esbuild({
    ...common,
    ...moduleOptions,
    entryPoints: { zerotouch: 'cli/main.ts' },
    target: 'node20.11',
    inject: [join(import.meta.dirname, 'node-20.ts')],
    plugins: [...common.plugins, embedDefinitions(root), page.plugin],
    splitting: !oneFile,
  });
  return { files: filesOf(outputFiles), packages: packagesIn(metafile, ...page.made()) };
}
