/** `npm run docs`: the pages of docs/ as a site, by VitePress, which also looks that every link leads somewhere. */
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { command } from '../../command-line/command.ts';
import { DONE, FAILED } from '../../command-line/exit-code.ts';
import type { ExitCode } from '../../command-line/exit-code.ts';
import { main } from '../../command-line/main.ts';
import manifest from '../../package.json' with { type: 'json' };
import { toolsFolder } from '../../test/tools/programs.ts';
import { execute } from '../execute.ts';

const root = join(import.meta.dirname, '../..');

/** 100 MB of packages that nothing else needs: kept beside the tools of the tests, not among the packages of the checkout. */
const version = '1.6.4';

const flags = {
  watch: { help: 'Serve the pages on loopback, and follow changes.' },
} as const;

/** VitePress's program, fetched from npm the first time. None of its packages' scripts runs. */
async function vitepress(): Promise<string> {
  const folder = join(toolsFolder(), 'vitepress', version);
  const program = join(folder, 'node_modules/vitepress/bin/vitepress.js');
  if (existsSync(program)) return program;
  process.stderr.write(`fetching vitepress ${version} from npm ...\n`);
  await mkdir(dirname(folder), { recursive: true });
  const part = await mkdtemp(`${folder}-`);
  try {
    await writeFile(join(part, 'package.json'), '{ "private": true }\n');
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'];
    await execute('npm', ['install', ...quiet, `vitepress@${version}`], { cwd: part });
    await rename(part, folder);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  return program;
}

async function site(watch: boolean): Promise<ExitCode> {
  const args = [await vitepress(), watch ? 'dev' : 'build', join(root, 'docs')];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code === 0 ? DONE : FAILED));
  });
}

await main({
  name: 'docs',
  version: manifest.version,
  root: command({
    description: `Makes a site of the pages in docs/, in _site. A link that leads nowhere ends it.
DOCS_BASE is the path below which it will be served.`,
    flags,
    run: ({ flags: given }) => site(given.watch),
  }),
});
