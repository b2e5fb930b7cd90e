import { execFile } from 'node:child_process';
import {
  access,
  constants,
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Recipe } from './pins.ts';

const run = promisify(execFile);

/** Runs the go command and gives what it printed. */
async function go(
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<string> {
  const env = { ...process.env, GOFLAGS: '-mod=mod', ...options.env };
  const { stdout } = await run('go', args, { cwd: options.cwd, env, maxBuffer: 64 << 20 });
  return stdout;
}

/** Whether a `go` command is on PATH. */
export async function hasGo(): Promise<boolean> {
  return go(['version'], { cwd: tmpdir() }).then(
    () => true,
    () => false,
  );
}

/**
 * The folder of a module in Go's module cache, fetched when it is not there. It must not be written to.
 *
 * @param module `path@vVERSION`
 */
export async function moduleFolder(module: string): Promise<string> {
  const answer: unknown = JSON.parse(await go(['mod', 'download', '-json', module], { cwd: tmpdir() }));
  if (typeof answer === 'object' && answer !== null && 'Dir' in answer && typeof answer.Dir === 'string') {
    return answer.Dir;
  }
  throw new Error(`cannot fetch Go module ${module}: the answer of go mod download names no folder`);
}

/** `replace` lines for Kubernetes' staging modules, which are published as v0.MINOR.PATCH of the same release. */
async function stagingReplaces(version: string): Promise<string[]> {
  const manifest = await readFile(
    join(await moduleFolder(`k8s.io/kubernetes@v${version}`), 'go.mod'),
    'utf8',
  );
  const published = `v0.${version.split('.').slice(1).join('.')}`;
  return [...manifest.matchAll(/^\s*(\S+) => \.\/staging\//gm)].map(
    ([, name]) => `replace ${name} => ${name} ${published}`,
  );
}

async function wrapperModule(recipe: Recipe): Promise<string> {
  const replaces = recipe.staging ? await stagingReplaces(recipe.version) : [];
  return [
    'module build',
    'go 1.26.0',
    ...recipe.requires.map((module) => `require ${module}`),
    ...replaces,
    ...(recipe.replaces ?? []).map((line) => `replace ${line}`),
    '',
  ].join('\n');
}

/** Where a module is built: where it lies, or a copy in `spare` when some of its files are to have another text. */
async function sourceFolder(module: string, instead: Recipe['instead'], spare: string): Promise<string> {
  const folder = await moduleFolder(module);
  if (instead === undefined) return folder;
  await cp(folder, spare, { recursive: true });
  // What comes from Go's module cache may not be written to.
  await run('chmod', ['--recursive', 'u+w', spare]);
  for (const [path, other] of Object.entries(instead)) {
    const file = join(spare, path);
    await writeFile(file, typeof other === 'string' ? other : other(await readFile(file, 'utf8')));
  }
  return spare;
}

/**
 * Builds a program from its pinned modules; `path` has the whole program or nothing.
 *
 * @throws with what the compiler said
 */
export async function build(recipe: Recipe, path: string): Promise<void> {
  const wrapper = await mkdtemp(join(tmpdir(), 'zerotouch-build-'));
  const part = `${path}.${process.pid}.part`;
  const flags = ['-s', '-w', ...(recipe.set ?? []).map((variable) => `-X=${variable}`)];
  const env = {
    ...(recipe.static && { CGO_ENABLED: '0' }),
    // A module in Go's cache cannot be written to, and what its zip left out may be named in its go.work.
    ...(recipe.within && { GOFLAGS: '-mod=readonly', GOWORK: 'off' }),
  };
  try {
    const cwd = recipe.within ? await sourceFolder(recipe.within, recipe.instead, wrapper) : wrapper;
    if (!recipe.within) await writeFile(join(wrapper, 'go.mod'), await wrapperModule(recipe));
    if (recipe.main) await copyFile(recipe.main, join(wrapper, 'main.go'));
    await mkdir(dirname(path), { recursive: true });
    await go(['build', '-o', part, '-ldflags', flags.join(' '), recipe.package], { cwd, env });
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
    await rm(wrapper, { recursive: true, force: true });
  }
}

/** Whether the file is there and may be run. */
export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
