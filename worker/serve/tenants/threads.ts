import type { AskedThreads } from '../../asked-stores.ts';
import type { JobStore } from '../../job-store.ts';
import { isFreeTo } from './jobs.ts';

/** The threads of a tenant: those of others are not there, and their ids are taken. */
export function tenantThreads(
  tenant: string,
  threads: AskedThreads,
  store: Pick<JobStore, 'read'>,
): AskedThreads {
  const isFree = isFreeTo(tenant, { store, threads });
  const read: AskedThreads['read'] = async (threadId) => {
    const thread = await threads.read(threadId);
    return thread?.tenant === tenant ? thread : undefined;
  };
  return {
    read,
    create: async (threadId, metadata) =>
      (await isFree(threadId)) && threads.create(threadId, metadata, tenant),
    search: (filter, page) => threads.search({ ...filter, tenant }, page),
    count: (filter) => threads.count({ ...filter, tenant }),
    patch: async (threadId, metadata) => ((await read(threadId)) ? threads.patch(threadId, metadata) : false),
    remove: async (threadId) => ((await read(threadId)) ? threads.remove(threadId) : 'unknown'),
    copy: async (from, to) => ((await read(from)) ? threads.copy(from, to) : false),
    hold: async (threadId, holdMs) => ((await read(threadId)) ? threads.hold(threadId, holdMs) : 'unknown'),
    async letGo(threadId) {
      if (await read(threadId)) await threads.letGo(threadId);
    },
    async putRun(run) {
      if (!(await isFree(run.job.thread))) return { kind: 'unknown' };
      return threads.putRun({ ...run, job: { ...run.job, tenant } });
    },
    async readRun(threadId, runId) {
      const run = await threads.readRun(threadId, runId);
      return run?.tenant === tenant ? run : undefined;
    },
    async nextJob(jobId) {
      const next = await threads.nextJob(jobId);
      return next !== undefined && (await store.read(next))?.tenant === tenant ? next : undefined;
    },
    listRuns: async (threadId, limit, offset) =>
      (await read(threadId)) ? threads.listRuns(threadId, limit, offset) : [],
    removeRun: async (threadId, runId, state) =>
      (await read(threadId)) ? threads.removeRun(threadId, runId, state) : 'unknown',
  };
}
