import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { customResourceDefinitions } from '../tools/crds.ts';
import { crossplaneRelease } from '../tools/crossplane-release.ts';
import { program } from '../tools/programs.ts';
import { Api } from './api.ts';
import { relearnKinds, startControlPlane } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';
import { startCrossplane } from './crossplane.ts';
import type { Crossplane } from './crossplane.ts';
import { startFunction } from './function-server.ts';
import type { FunctionServer } from './function-server.ts';
import { installOperatorKinds, installOurs } from './install.ts';
import { keep } from './keep.ts';

/** All that runs, as plain data for the test processes. */
export interface Engine {
  readonly plane: ControlPlane;
  readonly crossplane: Crossplane;
  readonly function: FunctionServer;
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** Null when the programs cannot be had here, which skips the tests by name. */
    engine: Engine | null;
  }
}

/** Has everything at hand that is not ours; throws one sentence saying what to install or set. */
async function gather(): Promise<void> {
  const engine = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'crossplane-core'] as const;
  const commands = ['kubectl', 'crossplane-cli'] as const;
  await Promise.all([...engine, ...commands].map(program));
  await Promise.all([customResourceDefinitions(), crossplaneRelease()]);
}

async function startEngine(dir: string): Promise<Engine> {
  const plane = await startControlPlane(dir);
  const api = new Api(plane.access.admin);
  const [crossplane] = await Promise.all([startCrossplane(plane), installOperatorKinds(api)]);
  const server = await startFunction(plane);
  await installOurs(api);
  await relearnKinds(plane);
  return { plane, crossplane, function: server };
}

/** Starts one engine for all test files; vitest calls what it returns at the end. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  try {
    await gather();
  } catch (error) {
    if (process.env['CI']) throw new Error('cannot run the engine tests', { cause: error });
    console.error(`engine tests are skipped: ${error instanceof Error ? error.message : String(error)}`);
    project.provide('engine', null);
    return async () => undefined;
  }
  const dir = await mkdtemp(join(tmpdir(), 'zerotouch-engine-'));
  const release = await keep(dir);
  const started = performance.now();
  try {
    project.provide('engine', await startEngine(dir));
  } catch (error) {
    await release();
    throw error;
  }
  console.error(`engine ready in ${((performance.now() - started) / 1000).toFixed(1)} s, in ${dir}`);
  return release;
}
