import { afterAll, beforeAll } from 'vitest';
import type { ServerUrls } from './open.ts';
import type { WorkerProcess } from './worker.ts';
import { createWorld } from './world.ts';
import type { World } from './world.ts';

type Environment = Readonly<Record<string, string>>;

/** For a group whose tests share a world and one worker that is ready. Both are empty until the first test runs. */
export function withWorker(
  servers: ServerUrls,
  env: Environment = {},
): { readonly world: World; readonly worker: WorkerProcess } {
  const world = {} as World;
  const worker = {} as WorkerProcess;
  beforeAll(async () => {
    Object.assign(world, await createWorld(servers, env));
    Object.assign(worker, await world.worker());
    await worker.ready();
  });
  afterAll(() => world.close());
  return { world, worker };
}
