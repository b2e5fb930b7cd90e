import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { untar } from '../../package/image/untar.ts';
import type { PackedFile } from '../../package/image/untar.ts';
import { names } from '../../package/release.ts';
import { filesIn } from '../structure/sources.ts';
import { crane, describePackages, pushed } from './packages.ts';
import { versions } from './versions.ts';

/** Every file of an image, reviewed: nothing is in it that neither the program nor a licence asks for. */
const filesOf = {
  amd64: { libraries: 'lib/x86_64-linux-gnu', linker: 'ld-linux-x86-64.so.2', link: 'lib64' },
  arm64: { libraries: 'lib/aarch64-linux-gnu', linker: 'ld-linux-aarch64.so.1', link: 'lib' },
};
const app = {
  function: ['app/function.cjs', 'package.yaml'],
  worker: ['app/worker.mjs', ...filesIn('worker/sql/*.sql').map((path) => path.replace('worker', 'app'))],
};

/** A part of the worker's bundle, after what is in it and a hash of it. */
const chunk = /^\/app\/[\w-]+-[A-Z0-9]{8}\.mjs$/;

function expected(name: keyof typeof app, architecture: keyof typeof filesOf): string[] {
  const { libraries, linker, link } = filesOf[architecture];
  const ofLibraries = [
    'libc.so.6',
    'libdl.so.2',
    'libgcc_s.so.1',
    'libm.so.6',
    'libpthread.so.0',
    'libstdc++.so.6',
  ];
  return [
    ...app[name],
    'etc/group',
    'etc/nsswitch.conf',
    'etc/os-release',
    'etc/passwd',
    'etc/ssl/certs/ca-certificates.crt',
    ...[linker, ...ofLibraries].map((file) => `${libraries}/${file}`),
    `${link}/${linker}`,
    ...['gcc', 'libc6', 'node', 'npm'].map((file) => `licenses/${file}`),
    'nodejs/bin/node',
    ...['libc6', 'libgcc-s1', 'libstdc++6'].map((file) => `var/lib/dpkg/status.d/${file}`),
  ]
    .map((path) => `/${path}`)
    .toSorted();
}

const cases = (['function', 'worker'] as const).flatMap((name) =>
  (['amd64', 'arm64'] as const).map((architecture) => ({ name, architecture })),
);

describePackages('the images', (packages) => {
  describe.each(cases)('$name for $architecture', ({ name, architecture }) => {
    it('holds exactly the files that were reviewed', async () => {
      const files = await contents(name, architecture);
      const parts = [...files.keys()].filter((path) => chunk.test(path));
      expect(parts.length > 0).toBe(name === 'worker');
      const others = [...files.keys()].filter((path) => !chunk.test(path));
      expect(others.toSorted()).toEqual(expected(name, architecture));
    });

    it('has programs and libraries of its architecture only', async () => {
      const files = await contents(name, architecture);
      const machines = [...files.values()].map(({ content }) => machineOf(content));
      const found = machines.filter((machine) => machine !== undefined);
      expect(found).toHaveLength(8);
      expect(new Set(found)).toEqual(new Set([architecture === 'amd64' ? 0x3e : 0xb7]));
    });

    it('runs as nobody with a name, and tells its version', async () => {
      const config = JSON.parse(
        await crane('config', '--platform', `linux/${architecture}`, image(name)),
      ) as {
        readonly architecture: string;
        readonly config: { readonly User: string; readonly Labels: Record<string, string> };
      };
      expect(config.architecture).toBe(architecture);
      expect(config.config.User).toBe('65532:65532');
      expect(config.config.Labels).toMatchObject({
        'org.opencontainers.image.title': names[name],
        'org.opencontainers.image.version': versions.now,
      });
    });

    it('is small enough to be pulled in a moment', async () => {
      const manifest = JSON.parse(
        await crane('manifest', '--platform', `linux/${architecture}`, image(name)),
      ) as { readonly layers: readonly { readonly size: number }[] };
      const bytes = manifest.layers.reduce((sum, { size }) => sum + size, 0);
      expect(bytes).toBeLessThan(55e6);
    });
  });

  it('shares the libraries and Node between function and worker', async () => {
    const layers = async (name: keyof typeof app) => {
      const text = await crane('config', '--platform', 'linux/amd64', image(name));
      return (JSON.parse(text) as { rootfs: { diff_ids: string[] } }).rootfs.diff_ids;
    };
    expect((await layers('worker')).slice(0, 2)).toEqual((await layers('function')).slice(0, 2));
  });

  it('has bundles that know nothing of the machine they were built on, and stay within their budgets', async () => {
    const build = packages.builds.now;
    const root = join(import.meta.dirname, '..', '..');
    expect(sizeOf(['function.cjs'], await bundleOf(join(build, 'function')))).toBeLessThan(660e3);
    for (const name of ['function', 'worker']) {
      const code = [...(await bundleOf(join(build, name))).values()].join('');
      expect(code).not.toContain('sourceMappingURL');
      for (const place of [root, packages.dir, process.env['HOME'] ?? root])
        expect(code).not.toContain(`${place}/`);
    }
  });

  it('lets a thread of the worker read little more than its own part', async () => {
    const files = await bundleOf(join(packages.builds.now, 'worker'));
    const [heartbeat = ''] = [...files.keys()].filter((name) => /^start-[A-Z0-9]{8}\.mjs$/.test(name));
    expect(sizeOf(reached('worker.mjs', files, 'with it'), files)).toBeLessThan(10e3);
    expect(sizeOf(reached(heartbeat, files, 'with it'), files)).toBeLessThan(600e3);
  });

  it('has the clients of Bedrock and Google beside the rest, which reads them with the first of their models', async () => {
    const files = await bundleOf(join(packages.builds.now, 'worker'));
    const clients = [...files.keys()].filter((name) => /^(bedrock|google)-client-/.test(name));
    expect(clients).toHaveLength(2);
    const rest = new Map([...files].filter(([name]) => !clients.includes(name)));
    expect(sizeOf(reached('worker.mjs', rest, 'ever'), rest)).toBeLessThan(6.75e6);
    expect(sizeOf(files.keys(), files)).toBeLessThan(7.6e6);
  });

  const image = (name: keyof typeof app) => pushed(packages, name);

  /** Files and links of the image, as it was pulled. */
  async function contents(name: keyof typeof app, architecture: string): Promise<Map<string, PackedFile>> {
    const tar = join(await mkdtemp(join(packages.dir, 'image-')), 'image.tar');
    await crane('export', '--platform', `linux/${architecture}`, image(name), tar);
    return untar(createReadStream(tar));
  }
});

/** The files of a bundle by name. */
async function bundleOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder);
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}

/** A module and all that are read with it, or that it may ever import. */
function reached(
  first: string,
  files: ReadonlyMap<string, string>,
  when: 'with it' | 'ever',
): ReadonlySet<string> {
  const read = new Set([first]);
  const imports = when === 'ever' ? /\b(?:from|import\(?)"\.\/([^"]+)"/g : /\b(?:from|import)"\.\/([^"]+)"/g;
  for (const name of read) {
    for (const [, imported = ''] of (files.get(name) ?? '').matchAll(imports)) {
      if (when === 'with it' || files.has(imported)) read.add(imported);
    }
  }
  return read;
}

/** Characters of these files. */
function sizeOf(names: Iterable<string>, files: ReadonlyMap<string, string>): number {
  return [...names].reduce((sum, name) => sum + (files.get(name)?.length ?? NaN), 0);
}

/** The processor that an ELF file is for, by its number in the file's header; undefined for any other file. */
function machineOf(content: Buffer): number | undefined {
  return content.toString('latin1', 0, 4) === '\x7fELF' ? content.readUInt16LE(18) : undefined;
}
