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
  /** Model calls that were made again. */
  readonly modelCallsRepeated: number;
  /** Jobs that did not complete. */
  readonly failed: number;
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
    modelCallsRepeated: repeated.reduce((sum, one) => sum + one, 0),
    failed: results.filter(({ subject, jobId }) => subject.endsWith('.failed') && byJob.has(jobId)).length,
  };
}

/** One line that a person can compare between runs. */
export function report(fault: string, found: Account, seconds: number): void {
  const { lost, finishedTwice, publishedTwice, modelCallsRepeated } = found;
  console.log(
    [
      fault.padEnd(44),
      `lost ${lost}`,
      `finished twice ${finishedTwice}`,
      `published twice ${publishedTwice}`,
      `model calls repeated ${modelCallsRepeated}`,
      `recovered in ${seconds.toFixed(1)} s`,
    ].join('  '),
  );
}

/** What must hold whatever happens. */
export const unharmed = { lost: 0, finishedTwice: 0, publishedTwice: 0, failed: 0 };
