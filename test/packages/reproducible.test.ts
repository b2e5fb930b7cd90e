import { cp, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { checkoutRevision } from '../../package/release.ts';
import { toolsFolder } from '../tools/programs.ts';
import { describePackages } from './packages.ts';
import { versions } from './versions.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');

describePackages('a second build', (packages) => {
  // It compresses two Nodes anew, which takes minutes where much else runs.
  it(
    'is the same bytes from another folder, at another time, by a user with other habits',
    { timeout: 600_000 },
    async () => {
      const copy = join(packages.dir, 'elsewhere', 'copy');
      const tools = join(packages.dir, 'elsewhere', 'tools');
      const out = join(packages.dir, 'elsewhere', 'out');
      await Promise.all([copyCheckout(copy), copyTools(tools)]);
      // Files that only their owner may read, another clock, language and home.
      const env = { ...process.env, HOME: copy, TZ: 'Asia/Tokyo', LC_ALL: 'C', ZEROTOUCH_TOOLS: tools };
      const build = 'umask 077 && chmod -R go-rwx package functions worker && exec "$@"';
      const program = [process.execPath, 'package/build.ts', '--version', versions.now, '--out', out];
      await run('sh', ['-c', build, 'sh', ...program], { cwd: copy, env });

      const first = await digests(packages.builds.now);
      expect(first.size).toBeGreaterThan(20);
      expect(await digests(out)).toEqual(first);
    },
  );
});

/** The sources somewhere else, of the same commit where that is known; what npm installed is the same. */
async function copyCheckout(folder: string): Promise<void> {
  const history = (await checkoutRevision(root)) === undefined ? ['.git'] : [];
  const left = new Set(['node_modules', '_build', ...history].map((name) => join(root, name)));
  await cp(root, folder, { recursive: true, filter: (path) => !left.has(path) });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
}

/** Programs and downloads as they are, but nothing that an earlier build has kept. */
async function copyTools(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(toolsFolder())) {
    if (name !== 'layers') await symlink(join(toolsFolder(), name), join(folder, name));
  }
}

/** Every file of a build by its path, with the digest of its content. */
async function digests(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const pairs = files.toSorted().map(async (path) => {
    const digest = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    return [path.slice(folder.length), digest] as const;
  });
  return new Map(await Promise.all(pairs));
}
