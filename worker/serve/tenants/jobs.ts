import type { AskedJobs } from '../../asked-stores.ts';
import type { JobStore } from '../../job-store.ts';
import type { ThreadStore } from '../../thread-store.ts';

/** Whether an id is no job and no thread of another: under one id is one state. */
export function isFreeTo(
  tenant: string,
  { store, threads }: { readonly store: Pick<JobStore, 'read'>; readonly threads: Pick<ThreadStore, 'read'> },
): (id: string) => Promise<boolean> {
  return async (id) => {
    const known = await Promise.all([store.read(id), threads.read(id)]);
    return known.every((one) => one === undefined || one.tenant === tenant);
  };
}

/** The jobs of a tenant: those of others are not there, and their ids are taken. */
export function tenantJobs(tenant: string, store: AskedJobs, threads: Pick<ThreadStore, 'read'>): AskedJobs {
  const isFree = isFreeTo(tenant, { store, threads });
  const read: JobStore['read'] = async (jobId) => {
    const record = await store.read(jobId);
    return record?.tenant === tenant ? record : undefined;
  };
  return {
    read,
    async accept(job, message) {
      const ids = [job.jobId, ...(job.thread === undefined ? [] : [job.thread])];
      const free = await Promise.all(ids.map(isFree));
      return free.every(Boolean) ? store.accept({ ...job, tenant }, message) : 'conflict';
    },
    async park(job) {
      const ids = [job.jobId, ...(job.thread === undefined ? [] : [job.thread])];
      const free = await Promise.all(ids.map(isFree));
      return free.every(Boolean) ? store.park({ ...job, tenant }) : 'conflict';
    },
    cancel: async (jobId, token, error, messages) =>
      (await read(jobId)) ? store.cancel(jobId, token, error, messages) : 'unknown',
    retry: async (jobId) => ((await read(jobId)) ? store.retry(jobId) : 'unknown'),
    request: async (jobId) => ((await read(jobId)) ? store.request(jobId) : undefined),
    checkpoints: async (jobId, limit) => ((await read(jobId)) ? store.checkpoints(jobId, limit) : []),
    list: (filter, limit, after) => store.list({ ...filter, tenant }, limit, after),
    counts: (filter) => store.counts({ ...filter, tenant }),
  };
}
