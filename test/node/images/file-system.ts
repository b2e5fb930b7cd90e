import { chmod, copyFile, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '../../e2e/shell.ts';
import type { ProgramName } from '../../tools/recipes.ts';
import { program } from '../../tools/programs.ts';

/** A release of Debian whose packages fill an image. */
export type Suite = 'bookworm' | 'trixie' | 'forky';

/** The users that images run as; CloudNativePG looks its own up by number. */
const passwd = [
  'root:x:0:0::/root:/bin/sh',
  'postgres:x:26:26::/var/lib/postgresql:/bin/sh',
  'redis:x:999:999::/tmp:/bin/false',
  'node:x:1000:1000::/tmp:/bin/sh',
  'nonroot:x:65532:65532::/:/bin/false',
  '',
].join('\n');
const group = passwd.replaceAll(/^(\w+):x:\d+:(\d+):.*$/gm, '$1:x:$2:');

/** Not needed by a program that runs. */
const ballast = ['doc', 'man', 'info', 'locale', 'perl', 'lintian'].map((name) => `usr/share/${name}`);

/** Fills a folder with what every image has: accounts, and a folder for temporary files. */
export async function addAccounts(folder: string): Promise<void> {
  for (const name of ['etc', 'run', 'tmp']) await mkdir(join(folder, name), { recursive: true });
  await chmod(join(folder, 'tmp'), 0o1777);
  await writeFile(join(folder, 'etc/passwd'), passwd);
  await writeFile(join(folder, 'etc/group'), group);
}

/** Puts programs of ours into a folder, by the paths that they have in it. */
export async function addPrograms(
  folder: string,
  programs: Readonly<Record<string, ProgramName>>,
): Promise<void> {
  for (const [path, name] of Object.entries(programs)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await copyFile(await program(name), join(folder, path));
    await chmod(join(folder, path), 0o755);
  }
}

/**
 * Unpacks Debian packages, with what they depend on, into a folder that does not exist yet. No script of theirs is run. Busybox
 * is the dynamic build: the static one crashes on the first host name that it looks up.
 */
export async function unpackDebian(folder: string, packages: readonly string[], suite: Suite): Promise<void> {
  // A Debian before 13 has a /bin of its own, so the links are laid before anything is unpacked.
  const links = 'ln -s usr/bin usr/lib usr/lib64 usr/sbin .';
  const merged = `cd "$1" && mkdir -p usr/bin usr/lib usr/lib64 usr/sbin && ${links}`;
  await run(
    'mmdebstrap',
    [
      '--quiet',
      '--mode=root',
      '--variant=extract',
      `--include=${[...packages, 'libc-bin', 'busybox'].join(',')}`,
      `--setup-hook=${merged}`,
      '--aptopt=Acquire::Retries "3"',
      // The index of a suite that is still being made may be past its date.
      `--aptopt=Acquire::Check-Valid-Until "${suite !== 'forky'}"`,
      suite,
      folder,
    ],
    { seconds: 900 },
  );
  await addApplets(folder);
  for (const path of [...ballast, 'var/cache/apt', 'var/lib/apt'])
    await rm(join(folder, path), { recursive: true, force: true });
  for (const name of await readdir(join(folder, 'dev')))
    await rm(join(folder, 'dev', name), { recursive: true, force: true });
}

/** The names by which busybox plays programs that no package brought. */
async function addApplets(folder: string): Promise<void> {
  const applets = (await run('chroot', [folder, '/usr/bin/busybox', '--list'])).trim().split('\n');
  const present = new Set(await readdir(join(folder, 'usr/bin')));
  for (const name of applets) if (!present.has(name)) await symlink('busybox', join(folder, 'usr/bin', name));
}
