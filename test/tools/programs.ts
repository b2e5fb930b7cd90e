import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { build, hasGo, isExecutable } from './go.ts';
import { withLock } from './lock.ts';
import type { Recipe } from './pins.ts';
import { recipes } from './recipes.ts';
import type { ProgramName } from './recipes.ts';

const run = promisify(execFile);

/** Compilers use all the cores they find; more than two at once only fight for memory. */
const buildsAtOnce = ['slot-1', 'slot-2'];

/** Where built programs and fetched files are kept, outside the checkout: `ZEROTOUCH_TOOLS`, or the user's cache folder. */
export function toolsFolder(): string {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return process.env['ZEROTOUCH_TOOLS'] || join(cache, 'zerotouch', 'tools');
}

/** The variable that names a program's file: `ZEROTOUCH_TOOL_ETCD`, `ZEROTOUCH_TOOL_KUBE_APISERVER`. */
function variableFor(name: ProgramName): string {
  return `ZEROTOUCH_TOOL_${name.toUpperCase().replaceAll('-', '_')}`;
}

async function named(name: ProgramName): Promise<string | undefined> {
  const path = process.env[variableFor(name)];
  if (!path) return undefined;
  if (await isExecutable(path)) return path;
  throw new Error(`cannot run ${name}: ${variableFor(name)} is ${path}, which is no executable file`);
}

/** The program on PATH, when it prints exactly the pinned version. */
async function onPath({ onPath: command, version }: Recipe): Promise<string | undefined> {
  if (!command) return undefined;
  const [name, ...args] = command;
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (!(await isExecutable(path))) continue;
    const { stdout } = await run(path, args).catch(() => ({ stdout: '' }));
    if (stdout.split(/[\s,]+/).some((word) => word === version || word === `v${version}`)) return path;
  }
  return undefined;
}

async function built(name: ProgramName): Promise<string> {
  const recipe: Recipe = recipes[name];
  const path = join(toolsFolder(), name, recipe.version, name);
  if (await isExecutable(path)) return path;
  if (!(await hasGo())) throw new Error(`cannot build ${name} v${recipe.version}: ${withoutGo(name)}`);
  const locks = join(toolsFolder(), 'locks');
  // Those of Kubernetes one after the other: two at once compile what they share twice.
  const own = recipe.staging ? 'kubernetes' : name;
  await withLock([join(locks, own)], async () => {
    if (await isExecutable(path)) return; // another process has built it meanwhile
    const slots = buildsAtOnce.map((slot) => join(locks, slot));
    await withLock(slots, async () => {
      console.error(`building ${name} v${recipe.version} with Go ...`);
      const started = performance.now();
      await build(recipe, path);
      console.error(
        `built ${name} v${recipe.version} in ${Math.round((performance.now() - started) / 1000)} s`,
      );
    });
  });
  return path;
}

function withoutGo(name: ProgramName): string {
  return `Go is missing; install Go 1.26 or newer (https://go.dev/dl), or name a built program in ${variableFor(name)}`;
}

/**
 * The path of a program in its pinned version: named in the environment, on PATH, built earlier, or built now, which
 * takes from seconds (warm Go cache) to minutes and says so on stderr. Safe to call from several processes at once.
 *
 * @throws one sentence saying what to install or set
 */
export async function program(name: ProgramName): Promise<string> {
  return (await named(name)) ?? (await onPath(recipes[name])) ?? (await built(name));
}

/**
 * Why these programs cannot be had here, with what would change that; undefined when they can. Builds nothing.
 */
export async function obstacle(...names: readonly ProgramName[]): Promise<string | undefined> {
  if (await hasGo()) return undefined;
  for (const name of names) {
    const kept = join(toolsFolder(), name, recipes[name].version, name);
    if (!((await named(name)) ?? (await onPath(recipes[name])) ?? (await isExecutable(kept))))
      return withoutGo(name);
  }
  return undefined;
}
