/** Run by `npm version`, after it has changed package.json: puts the new version everywhere else, for the same commit. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execute } from './execute.ts';
import { closed } from './changelog.ts';

const root = join(import.meta.dirname, '..');

/** Where the version is written out. Examples keep theirs: a version that was published stays published. */
export const versioned = [
  'README.md',
  'crossplane.yaml',
  'docs/agents.md',
  'docs/install.md',
  'docs/program.md',
  // What these build upon has to be able to run them.
  'examples/agents-in-code/Dockerfile',
  'examples/app/services/agent_executor/Dockerfile',
  'generate/agents-page.ts',
  'package/Dockerfile.function',
  'package/Dockerfile.worker',
  'package/install/packages.yaml',
  // Of claims that name no image.
  'test/golden/agent-executor/shared-database.yaml',
  'test/golden/agent-executor/whole.yaml',
] as const;

/** The text with another version, with and without a v; versions that only begin alike stay. */
export function moved(text: string, from: string, to: string): string {
  const escaped = from.replaceAll('.', '\\.');
  return text.replaceAll(new RegExp(`(?<![\\w.])(v?)${escaped}(?![\\w.-]*\\d)`, 'g'), `$1${to}`);
}

async function rewrite(path: string, change: (text: string) => string): Promise<void> {
  const file = join(root, path);
  await writeFile(file, change(await readFile(file, 'utf8')));
}

async function main(from: string, to: string): Promise<void> {
  for (const path of versioned) await rewrite(path, (text) => moved(text, from, to));
  await rewrite('CHANGELOG.md', (text) => closed(text, `v${to}`));
  await execute('git', ['add', 'CHANGELOG.md', ...versioned], { cwd: root });
}

if (import.meta.main) {
  const { npm_old_version: from, npm_new_version: to } = process.env;
  if (from && to) await main(from, to);
  else {
    console.error('cannot set a version: run `npm version VERSION`, which says which');
    process.exitCode = 2;
  }
}
