import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../e2e/shell.ts';
import { moduleFolder } from '../../tools/go.ts';
import { versions } from '../../tools/pins.ts';
import type { ImageRecipe } from './image.ts';

/** The manifest in the plugin's module names the images of its main branch. */
const registry = 'ghcr.io/cloudnative-pg';

export const barmanPlugin: ImageRecipe = {
  name: `${registry}/plugin-barman-cloud-testing:main`,
  programs: { manager: 'barman-plugin' },
  config: { Entrypoint: ['/manager'], User: '65532:65532' },
};

/** The program beside PostgreSQL, with the barman that its module pins, from PyPI, on Debian's Python. */
export const barmanSidecar: ImageRecipe = {
  name: `${registry}/plugin-barman-cloud-sidecar-testing:main`,
  debian: { packages: ['python3', 'python3-psycopg2', 'ca-certificates'] },
  programs: { manager: 'barman-plugin' },
  config: { Entrypoint: ['/manager'], Env: ['PATH=/usr/bin'], User: '26:26' },
  finish: { revision: '1', work: addBarman },
};

async function addBarman(folder: string): Promise<void> {
  const packages = `${folder}.packages`;
  const requirements = `${folder}.requirements`;
  await writeFile(requirements, await pinnedRequirements());
  await run('pip', [...pipOptions(await pythonOf(folder)), '--target', packages, '-r', requirements], {
    seconds: 300,
  });
  for (const name of await readdir(join(packages, 'bin')))
    if (name.startsWith('barman'))
      await addCommand(join(packages, 'bin', name), join(folder, 'usr/bin', name));
  await rm(join(packages, 'bin'), { recursive: true });
  await cp(packages, join(folder, 'usr/lib/python3/dist-packages'), { recursive: true });
}

/** psycopg2 has no wheel for Linux, so that one is Debian's. */
async function pinnedRequirements(): Promise<string> {
  const module = `github.com/cloudnative-pg/plugin-barman-cloud@v${versions.barmanPlugin}`;
  const file = join(await moduleFolder(module), 'containers/sidecar-requirements.txt');
  const entries = (await readFile(file, 'utf8')).split(/^(?=[a-z])/m);
  return entries.filter((entry) => !entry.startsWith('psycopg2==')).join('');
}

async function pythonOf(folder: string): Promise<string> {
  const found = (await readdir(join(folder, 'usr/bin'))).find((name) => /^python3\.\d+$/.test(name));
  if (found === undefined) throw new Error('cannot add barman: the image has no Python');
  return found.replace('python', '');
}

/** pip runs on the machine's Python, and fetches for the image's. */
function pipOptions(python: string): string[] {
  const target = ['--python-version', python, '--ignore-requires-python', '--only-binary=:all:'];
  const platforms = ['manylinux2014_x86_64', 'manylinux_2_28_x86_64'].flatMap((name) => ['--platform', name]);
  return [
    'install',
    '--quiet',
    '--no-deps',
    '--no-compile',
    '--root-user-action=ignore',
    ...target,
    ...platforms,
  ];
}

/** Its first line names the Python that pip ran on. */
async function addCommand(from: string, to: string): Promise<void> {
  const script = await readFile(from, 'utf8');
  await writeFile(to, script.replace(/^.*/, '#!/usr/bin/python3'), { mode: 0o755 });
}
