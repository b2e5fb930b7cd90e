import { setTimeout as sleep } from 'node:timers/promises';
import { account } from '../faults/account.ts';
import type { Account } from '../faults/account.ts';
import { doubleTool, testJob } from '../servers/job.ts';
import type { TestJob } from '../servers/job.ts';
import { runWorker } from '../servers/worker.ts';
import type { WorkerProcess } from '../servers/worker.ts';
import type { World } from '../servers/world.ts';
import { followResults } from './results.ts';
import type { Results } from './results.ts';

/** Two versions of the worker, each as the file to start. */
export interface Versions {
  readonly before: string;
  readonly after: string;
}

/** What became of the jobs under which the workers were changed. */
export interface RolledOver extends Account {
  /** Why workers of `before` did not start again where `after` had been; empty when they did. */
  readonly refusals: readonly string[];
}

/** Jobs under way or waiting, at any time. */
const IN_FLIGHT = 20;

/** Jobs that are left get this long when the last worker has been changed, in seconds. */
const AFTER_S = 300;

/**
 * Changes two workers under many jobs, one after the other as a Deployment does: from one version to the other, back, and there
 * again. `before` has set the world up.
 */
export async function rollOver(world: World, versions: Versions, total: number): Promise<RolledOver> {
  const results = followResults(world);
  const jobs: TestJob[] = [];
  const publishing = keepPublishing(world, results, jobs, total);
  const refusals: string[] = [];
  let workers = [await started(world, versions.before), await started(world, versions.before)];
  const turns = [versions.after, versions.before, versions.after];
  for (const [index, program] of turns.entries()) {
    while (results.count() < (total * (index + 1)) / (turns.length + 1)) await sleep(50);
    const refusal = await prepare(world, program);
    if (refusal === undefined) workers = await changed(world, workers, program);
    else refusals.push(refusal);
  }
  await publishing;
  const isThrough = await results.all(
    jobs.map(({ jobId }) => jobId),
    AFTER_S,
  );
  if (isThrough) await world.settled(120);
  return { ...(await account(world, jobs)), refusals };
}

async function keepPublishing(world: World, results: Results, jobs: TestJob[], total: number): Promise<void> {
  while (jobs.length < total) {
    if (jobs.length - results.count() >= IN_FLIGHT) await sleep(20);
    else {
      const job = testJob({ latencyMs: 100, rounds: [[{ tool: 'double', args: { n: 1 } }]] }, [doubleTool]);
      jobs.push(job);
      await world.publish(job);
    }
  }
}

async function started(world: World, program: string): Promise<WorkerProcess> {
  const worker = await world.worker({}, program);
  await worker.ready(120);
  return worker;
}

/** What the init container of a Pod does; the reason where it does not let the worker start. */
async function prepare(world: World, program: string): Promise<string | undefined> {
  for (const step of ['migrate', 'ensure-stream']) {
    const { code, output } = await runWorker([step], world.env, undefined, program);
    if (code !== 0) return output.trim();
  }
  return undefined;
}

async function changed(
  world: World,
  workers: readonly WorkerProcess[],
  program: string,
): Promise<WorkerProcess[]> {
  const fresh: WorkerProcess[] = [];
  for (const old of workers) {
    fresh.push(await started(world, program));
    old.signal('SIGTERM');
    await old.exited();
  }
  return fresh;
}
