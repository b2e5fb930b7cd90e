import { Redis } from 'ioredis';
import type { TestJob } from '../servers/job.ts';
import type { World } from '../servers/world.ts';

/** What became of some jobs, in the numbers that matter. */
export interface Account {
  /** Jobs without a result event. */
  readonly lost: number;
  /** Jobs whose result events do not all have the same id. */
  readonly finishedTwice: number;
  /** Result events stored more than once under one id. */
  readonly publishedTwice: number;
  /** Jobs whose live stream does not end with its one `end`. */
  readonly notClosed: number;
  /** Model calls that were made again. */
  readonly modelCallsRepeated: number;
  /** Jobs that did not complete. */
  readonly failed: number;
}

/** How many of these jobs have no `end` in their stream, more than one, or something after it. */
async function countNotClosed({ env }: World, jobs: readonly TestJob[]): Promise<number> {
  const redis = new Redis({ host: env['DRAGONFLY_HOST'], port: Number(env['DRAGONFLY_PORT']) });
  const streams = await Promise.all(
    jobs.map(({ jobId }) => redis.xrange(`langgraph:events:${jobId}`, '-', '+')),
  );
  redis.disconnect();
  const types = streams.map((events) => events.map(([, [, type]]) => type));
  return types.filter((one) => one.length === 0 || one.indexOf('end') !== one.length - 1).length;
}

/** Takes stock of these jobs. */
export async function account(world: World, jobs: readonly TestJob[]): Promise<Account> {
  const results = await world.results();
  const byJob = new Map(jobs.map(({ jobId }) => [jobId, [] as (typeof results)[number][]]));
  for (const result of results) byJob.get(result.jobId)?.push(result);
  const each = [...byJob.values()];
  const ids = each.map((events) => new Set(events.map(({ id }) => id)));
  const repeated = jobs.flatMap(({ name }) => world.model.steps(name).map((calls) => calls - 1));
  return {
    lost: each.filter((events) => events.length === 0).length,
    finishedTwice: ids.filter((one) => one.size > 1).length,
    publishedTwice: each.reduce((sum, events, index) => sum + events.length - (ids[index]?.size ?? 0), 0),
    notClosed: await countNotClosed(world, jobs),
    modelCallsRepeated: repeated.reduce((sum, one) => sum + one, 0),
    failed: results.filter(({ subject, jobId }) => subject.endsWith('.failed') && byJob.has(jobId)).length,
  };
}

/** One line that a person can compare between runs. */
export function report(fault: string, found: Account, seconds: number): void {
  const { lost, finishedTwice, publishedTwice, notClosed, modelCallsRepeated } = found;
  console.log(
    [
      fault.padEnd(44),
      `lost ${lost}`,
      `finished twice ${finishedTwice}`,
      `published twice ${publishedTwice}`,
      `streams not closed ${notClosed}`,
      `model calls repeated ${modelCallsRepeated}`,
      `recovered in ${seconds.toFixed(1)} s`,
    ].join('  '),
  );
}

/** What must hold whatever happens. */
export const unharmed = { lost: 0, finishedTwice: 0, publishedTwice: 0, notClosed: 0, failed: 0 };
