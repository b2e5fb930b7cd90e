import type { CronTurn } from '../../cron-store.ts';
import type { NewRun } from '../../thread-store.ts';
import type { Tables } from './table.ts';

/** Whether another run of the cron of this one waits. */
export function isCrowded(tables: Tables, { job }: NewRun, { cronId }: CronTurn): boolean {
  return [...tables.jobs.values()].some(
    (row) =>
      row.status === 'queued' && row.job.tenant === job.tenant && row.run?.metadata['cron_id'] === cronId,
  );
}
