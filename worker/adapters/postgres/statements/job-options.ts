import type { NewJob } from '../../../job-store.ts';
import type { Rate } from '../../../job-options.ts';
import { PRIORITY_STEP_MS } from '../../../jobs/rules/options.ts';

/** A key belongs to whose job names it: a line break is in no key. */
function ownKey(tenant: string | undefined, key: string): string {
  return tenant === undefined ? key : `${tenant}\n${key}`;
}

/** What `rateParts` takes apart again. */
function rateName(tenant: string | undefined, { key, limit, per_seconds: seconds }: Rate): string {
  return `${limit}/${seconds} ${ownKey(tenant, key)}`;
}

/** The options of a job as its row has them. */
export function optionsValue({ options, tenant }: Pick<NewJob, 'options' | 'tenant'>): string | null {
  if (!options) return null;
  const { concurrency, rates, ...rest } = options;
  return JSON.stringify({
    ...rest,
    ...(concurrency && { concurrency: { ...concurrency, key: ownKey(tenant, concurrency.key) } }),
    ...(rates && { rates: [...new Set(rates.map((rate) => rateName(tenant, rate)))] }),
  });
}

/** How many may begin in how many seconds, by the name of a rate. */
export function rateParts(name: string): { readonly limit: string; readonly seconds: string } {
  return {
    limit: `split_part(${name}, '/', 1)::integer`,
    seconds: `split_part(split_part(${name}, ' ', 1), '/', 2)::integer`,
  };
}

/** When a job with these options may first begin, of which the store hears at this time. */
export function firstDue(options: string, from = 'now()'): string {
  return `${from} + coalesce((${options} ->> 'after_seconds')::integer, 0) * interval '1 s'`;
}

/** `waitsInStore` (jobs/rules/options.ts). */
export function waitsHere(options: string): string {
  return `coalesce(${options} ?| '{priority,after_seconds,concurrency,rates}', false)`;
}

/** `rankOf`, as the index agent_jobs_rank has it. */
export const RANK = `(available_at AT TIME ZONE 'UTC' - coalesce((options ->> 'priority')::integer, 0) * interval '${PRIORITY_STEP_MS / 60_000} minute')`;

/** When a job has to be through, as the index agent_jobs_deadline has it: in UTC, without a time zone. */
export function deadline(table = 'agent_jobs'): string {
  return `(${table}.created_at AT TIME ZONE 'UTC' + (${table}.options ->> 'deadline_seconds')::integer * interval '1 second')`;
}
