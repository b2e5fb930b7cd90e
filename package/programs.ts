import { readdir, readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { bundled, bundledModules } from './bundle.ts';
import type { BundleOptions, Modules } from './bundle.ts';
import { file } from './image/entry.ts';
import type { Entry } from './image/entry.ts';
import type { Runtime } from './image/image.ts';
import { nonroot } from './image/system.ts';
import { names } from './release.ts';
import type { Release } from './release.ts';

/** A program of ours that becomes an image. */
export interface Program {
  /** Where its source begins, below the root of the repository. */
  readonly entry: string;
  /** The file that it is started by. */
  readonly bundle: string;
  /**
   * One file, or ES modules: these know where they are, by which the worker finds its migrations, and a process or thread
   * reads no more of them than it needs.
   */
  readonly format: 'cjs' | 'esm';
  readonly title: string;
  readonly ports: readonly number[];
  readonly env: readonly string[];
  /** Flags of Node. */
  readonly flags: readonly string[];
  /** Flags of the program itself, which those that a Pod gives it come after. */
  readonly arguments: readonly string[];
  /** A folder of the sources that the program reads beside its bundle, by its name there. */
  readonly beside?: { readonly source: string; readonly name: string };
}

export const programs = {
  function: {
    entry: 'functions/main.ts',
    bundle: 'function.cjs',
    format: 'cjs',
    title: 'Composition function for databases and agent workers',
    ports: [9443, 8080],
    env: [],
    // docs/performance.md says why.
    flags: ['--max-semi-space-size=16', '--max-old-space-size=192'],
    // A container is a machine of its own: with --insecure, which the Crossplane CLI gives it, loopback would reach nobody.
    arguments: ['--address', '[::]:9443'],
  },
  worker: {
    entry: 'worker/main.ts',
    bundle: 'worker.mjs',
    format: 'esm',
    title: 'Agent worker',
    ports: [8080],
    // It calls models and tools over TLS: an image made from this one may replace the file by a list of its own.
    // A container is a machine of its own: loopback would reach nobody.
    env: ['NODE_USE_SYSTEM_CA=1', 'SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt', 'HOST=::'],
    // docs/performance.md says why.
    flags: ['--max-semi-space-size=16', '--heap-growing-percent=50'],
    arguments: [],
    beside: { source: 'worker/sql', name: 'sql' },
  },
} as const satisfies Record<string, Program>;

/** The bundle of a program: the file that it is started by and those that belong beside it. */
export async function bundledProgram(
  { entry, bundle, format }: Program,
  options: BundleOptions = {},
): Promise<Modules> {
  if (format === 'esm') return bundledModules(entry, parse(bundle).name, options);
  const { code, packages } = await bundled(entry, options);
  return { files: new Map([[bundle, code]]), packages };
}

/** What an image of the program adds to Node. */
export async function programLayer(
  program: Program,
  root: string,
  files: Modules['files'],
  notices: string,
): Promise<Entry[]> {
  return [
    ...[...files].map(([name, content]) => file(`app/${name}`, content)),
    file('licenses/npm', notices),
    ...(program.beside === undefined ? [] : await filesOf(root, program.beside)),
  ];
}

async function filesOf(root: string, { source, name }: NonNullable<Program['beside']>): Promise<Entry[]> {
  const found = await readdir(join(root, source));
  return Promise.all(
    found.map(async (one) => file(`app/${name}/${one}`, await readFile(join(root, source, one)))),
  );
}

/** How an image of the program is run, and of which commit it is. */
export function runtimeOf(
  name: keyof typeof programs,
  { version }: Release,
  revision: string | undefined,
): Runtime {
  const program: Program = programs[name];
  return {
    entrypoint: ['/nodejs/bin/node', ...program.flags, `/app/${program.bundle}`, ...program.arguments],
    env: ['PATH=/nodejs/bin', 'NODE_ENV=production', ...program.env],
    user: `${nonroot}:${nonroot}`,
    ports: program.ports,
    labels: {
      'org.opencontainers.image.title': names[name],
      'org.opencontainers.image.description': program.title,
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.source': 'https://github.com/bizmatters/zerotouch',
      ...(revision !== undefined && { 'org.opencontainers.image.revision': revision }),
    },
  };
}
