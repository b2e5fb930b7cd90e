import type { JobCount, JobFilter } from '../../job-filter.ts';
import type { JobStore } from '../../job-store.ts';
import { summary } from './summary.ts';
import type { Row, Tables } from './table.ts';

function matches(row: Row, filter: JobFilter, now: number): boolean {
  const { statuses, code, agent, tenant, tag, text, olderMs, youngerMs } = filter;
  const error = row.end && row.end.status !== 'completed' ? row.end.error : undefined;
  const { jobId, traceId, about } = row.job;
  const texts = [jobId, traceId, about, error?.message ?? row.lastError?.message ?? ''];
  return (
    (statuses === undefined || statuses.includes(row.status)) &&
    (code === undefined || error?.code === code) &&
    (agent === undefined || row.job.agent === agent) &&
    (tenant === undefined || row.job.tenant === tenant) &&
    (tag === undefined || row.job.options?.tags?.includes(tag) === true) &&
    (olderMs === undefined || row.createdAt <= now - olderMs) &&
    (youngerMs === undefined || row.createdAt > now - youngerMs) &&
    (text === undefined || texts.some((one) => one.toLowerCase().includes(text.toLowerCase())))
  );
}

function newestFirst(one: Row, other: Row): number {
  const [id, otherId] = [one.job.jobId, other.job.jobId];
  if (id === otherId) return 0;
  return other.createdAt - one.createdAt || (id < otherId ? 1 : -1);
}

/** What people ask about many jobs. */
export function listing(tables: Tables): Pick<JobStore, 'request' | 'checkpoints' | 'list' | 'counts'> {
  const found = (filter: JobFilter): Row[] =>
    [...tables.jobs.values()].filter((row) => matches(row, filter, tables.now()));
  return {
    request: async (jobId) => tables.jobs.get(jobId)?.job.request || undefined,
    // They are with the agent, in this process.
    checkpoints: async () => [],
    async list(filter, limit, after) {
      const last = after === undefined ? undefined : tables.jobs.get(after);
      if (after !== undefined && !last) return [];
      const rows = found(filter).filter((row) => !last || newestFirst(last, row) < 0);
      return rows
        .toSorted(newestFirst)
        .slice(0, limit)
        .map((row) => summary(tables, row));
    },
    async counts(filter) {
      const counts = new Map<string, JobCount>();
      for (const { status, end } of found(filter)) {
        const code = end && end.status !== 'completed' ? end.error.code : undefined;
        const key = `${status} ${code ?? ''}`;
        counts.set(key, { status, code, jobs: (counts.get(key)?.jobs ?? 0) + 1 });
      }
      return [...counts.entries()]
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([, count]) => count);
    },
  };
}
