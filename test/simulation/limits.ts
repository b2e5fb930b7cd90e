import type { JobOptions } from '../../worker/job-options.ts';
import type { JobStore, NewJob } from '../../worker/job-store.ts';
import type { Json } from '../../worker/json.ts';
import type { Clock } from '../../worker/ports.ts';

const SLOW = { key: 'slow', limit: 1, per_seconds: 5 };
const shop: JobOptions = { concurrency: { key: 'shop', limit: 1 } };
const slow: JobOptions = { rates: [SLOW] };

/** How the jobs of a simulation want to be run, in their order. */
const OPTIONS: readonly JobOptions[] = [shop, shop, shop, slow, slow, { priority: 5 }, { after_seconds: 3 }];

export function optionsOf(jobId: string): Json {
  return (OPTIONS[Number(jobId.slice(1))] ?? null) as Json;
}

/** The store, and each time that it lets an attempt begin before the time of its rate is over. */
export function watchRates(store: JobStore, clock: Clock, violations: string[]): JobStore {
  let last = -Infinity;
  return {
    ...store,
    async takeDue(taker) {
      const answer = await store.takeDue(taker);
      const jobId = answer.job?.claim.lease.jobId ?? '';
      if (optionsOf(jobId) !== slow) return answer;
      const now = clock.wall().getTime();
      if (now < last + SLOW.per_seconds * 1_000) violations.push(`${jobId} begins too soon`);
      last = now;
      return answer;
    },
  };
}

/** The store of which no job has a key. */
export function withoutKeys(store: JobStore): JobStore {
  const keyless = <T extends NewJob>(job: T): T =>
    job.options?.concurrency ? { ...job, options: { priority: 1 } } : job;
  return {
    ...store,
    park: (job) => store.park(keyless(job)),
    note: (source, upTo, jobs) => store.note(source, upTo, jobs.map(keyless)),
  };
}
