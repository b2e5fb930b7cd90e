import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { build as esbuild } from 'esbuild';
import type { BuildOptions, Metafile, OutputFile, Plugin } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };
import { embedPage } from './embed-page.ts';

const root = join(import.meta.dirname, '..');

/** A program as one file. */
export interface Bundle {
  readonly code: Uint8Array;
  /** The npm packages that are part of it, as paths below the root of the repository: `node_modules/pg`. */
  readonly packages: readonly string[];
}

/** A program as several ES modules. */
export interface Modules {
  /** Contents by name, all to lie in one folder. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly packages: Bundle['packages'];
}

export interface BundleOptions {
  /** The version that the program says it has, without a v; that of package.json by default. */
  readonly version?: string;
  /** Registry and owner of the images that it names; those of package.json by default. */
  readonly images?: string;
}

/**
 * Bundles a program, `entry` being below the root of the repository, into one file that Node runs with nothing beside it.
 * The names of functions are kept, so that a stack in a log can be read. It is CommonJS, because packages that call `require`
 * for Node's own modules fail in a bundled ES module.
 */
export async function bundled(entry: string, options: BundleOptions = {}): Promise<Bundle> {
  const { version = manifest.version, images = manifest.config.images } = options;
  const common = commonOptions('cjs', version, images);
  const page = embedPage();
  const { outputFiles, metafile } = await esbuild({
    ...common,
    plugins: [...common.plugins, page.plugin],
    entryPoints: [entry],
    target: 'node24',
  });
  return {
    code: outputFiles[0]?.contents ?? new Uint8Array(),
    packages: packagesIn(metafile, ...page.made()),
  };
}

/**
 * Bundles a program into ES modules, of which `name`.mjs is the first: it reads those that it needs, and each of its threads
 * those that the thread needs. It may ask where it is, by import.meta.
 */
export async function bundledModules(
  entry: string,
  name: string,
  options: BundleOptions = {},
): Promise<Modules> {
  const { version = manifest.version, images = manifest.config.images } = options;
  const common = commonOptions('esm', version, images);
  const page = embedPage();
  const { outputFiles, metafile } = await esbuild({
    ...common,
    ...moduleOptions,
    plugins: [...common.plugins, page.plugin],
    entryPoints: { [name]: entry },
    target: 'node24',
  });
  return { files: filesOf(outputFiles), packages: packagesIn(metafile, ...page.made()) };
}

/** Of programs that are ES modules. */
export const moduleOptions = {
  splitting: true,
  // The hashes in the names of chunks are of paths too, which shall not depend on where packages really lie.
  preserveSymlinks: true,
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  chunkNames: '[name]-[hash]',
} as const satisfies BuildOptions;

/** What was built, by name. */
export function filesOf(outputFiles: readonly OutputFile[]): Modules['files'] {
  return new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
}

/** How every program of ours is bundled. Packages in CommonJS that become ES modules get a `require` made for them. */
export function commonOptions(
  format: 'cjs' | 'esm',
  version: string,
  images: string = manifest.config.images,
) {
  return {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format,
    ...(format === 'esm' && { banner: { js: requireForModules } }),
    minify: true,
    keepNames: true,
    legalComments: 'none',
    // Loaded only by the admin services of gRPC, which nobody starts.
    external: ['@grpc/proto-loader'],
    plugins: [stamp({ version, config: { images } })],
    logLevel: 'warning',
    metafile: true,
    write: false,
  } as const satisfies BuildOptions;
}

/** The npm packages of which something is in what was built, as paths below the root. */
export function packagesIn(...metafiles: readonly Metafile[]): readonly string[] {
  const outputs = metafiles.flatMap((metafile) => Object.values(metafile.outputs));
  const inputs = outputs.flatMap((output) => Object.entries(output.inputs));
  const used = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => packageOf(path));
  return [...new Set(used.filter((path) => path !== undefined))].toSorted();
}

/**
 * The folder of the package that a file belongs to, below the root even where node_modules is a link to elsewhere. Some
 * packages hold folders of others, with no manifest of their own: those are theirs.
 */
function packageOf(path: string): string | undefined {
  const inside = path.slice(Math.max(path.indexOf('node_modules/'), 0));
  const folders = [...inside.matchAll(/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/g)].map(
    (match) => inside.slice(0, match.index) + match[0],
  );
  return folders.findLast((folder) => existsSync(join(root, folder, 'package.json')));
}

/** Writes a bundle and answers its size in bytes. */
export async function bundle(entry: string, outfile: string): Promise<number> {
  const { code } = await bundled(entry);
  await mkdir(dirname(outfile), { recursive: true });
  await writeFile(outfile, code);
  return code.length;
}

const requireForModules =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

/** Puts what is of the release, and no more of package.json, where a program imports that file. */
function stamp(content: Pick<typeof manifest, 'version' | 'config'>): Plugin {
  return {
    name: 'version',
    setup(build) {
      build.onLoad({ filter: /[/\\]package\.json$/ }, ({ path }) =>
        path === join(root, 'package.json')
          ? { contents: JSON.stringify(content), loader: 'json' }
          : undefined,
      );
    },
  };
}
