import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { freePorts } from '../tools/ports.ts';
import { until } from '../engine/until.ts';
import { obstacle, program } from '../tools/programs.ts';
import { versions } from './versions.ts';
import type { Version } from './versions.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');

/** Two builds of this checkout that differ in their version only, and a registry that has the first. */
export interface Packages {
  readonly dir: string;
  /** Registry and owner on loopback. The packages themselves refer to ghcr.io/bizmatters. */
  readonly repository: string;
  readonly builds: Readonly<Record<Version, string>>;
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** Null when the programs cannot be had here, which skips the tests by name. */
    packages: Packages | null;
  }
}

/** Runs one of our commands as `npm run` does, and gives what it printed. */
export async function command(
  name: 'build' | 'push' | 'postgres-images',
  args: readonly string[],
  cwd = root,
): Promise<string> {
  const { stdout } = await run(process.execPath, [join(cwd, 'package', `${name}.ts`), ...args], { cwd });
  return stdout;
}

async function startRegistry(): Promise<{ address: string; process: ChildProcess }> {
  const [port] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const registry = spawn(await program('crane'), ['registry', 'serve', '--address', address], {
    stdio: 'ignore',
    env: { ...process.env, PORT: String(port) },
  });
  await until('the registry answers', async () => (await fetch(`http://${address}/v2/`)).ok);
  return { address, process: registry };
}

async function buildBoth(dir: string, registry: string): Promise<Packages> {
  const builds = { now: join(dir, 'now'), next: join(dir, 'next') };
  const repository = `${registry}/bizmatters`;
  for (const version of ['now', 'next'] as const) {
    await command('build', ['--version', versions[version], '--out', builds[version]]);
  }
  await command('push', [repository, '--from', builds.now]);
  return { dir, repository, builds };
}

/** Builds and pushes once for all test files; vitest calls what it returns at the end. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const reason = await obstacle('crossplane-cli', 'crane');
  if (reason !== undefined) {
    if (process.env['CI']) throw new Error(`cannot test the packages: ${reason}`);
    console.error(`tests of the packages are skipped: ${reason}`);
    project.provide('packages', null);
    return async () => undefined;
  }
  const dir = await mkdtemp(join(tmpdir(), 'zerotouch-packages-'));
  const registry = await startRegistry();
  const release = async () => {
    registry.process.kill('SIGKILL');
    await once(registry.process, 'exit');
    await rm(dir, { recursive: true, force: true });
  };
  try {
    project.provide('packages', await buildBoth(dir, registry.address));
  } catch (error) {
    await release();
    throw error;
  }
  return release;
}
