import type { Claim, Clock, JobEnd, JobStore, Lease, OutboxMessage, NewJob } from '../../ports.ts';
import { Tables, record } from './table.ts';

function claim(tables: Tables, job: NewJob, leaseMs: number): Claim {
  const row = tables.jobs.get(job.jobId) ?? tables.insert(job);
  if (row.job.payloadHash !== job.payloadHash) return { kind: 'conflict' };
  if (row.finishedAt !== undefined) return { kind: 'finished' };
  const now = tables.now();
  const free = Math.max(row.leaseUntil, row.availableAt);
  if (free > now) return { kind: 'held', waitMs: free - now };
  row.status = 'running';
  row.attempts += 1;
  row.token += 1;
  row.leaseUntil = now + leaseMs;
  row.startedAt ??= now;
  return {
    kind: 'claimed',
    lease: { jobId: job.jobId, token: row.token },
    attempt: row.attempts,
    cancelRequested: row.cancelRequested,
    lastError: row.lastError,
  };
}

function finish(tables: Tables, lease: Lease, end: JobEnd, messages: readonly OutboxMessage[]): boolean {
  const row = tables.jobs.get(lease.jobId);
  if (row?.token !== lease.token || row.status === 'queued') return false;
  if (row.finishedAt === undefined) tables.finish(row, end, messages);
  return true;
}

/** From the first word of a job to its end. */
function lifecycle(
  tables: Tables,
): Pick<JobStore, 'accept' | 'claim' | 'renew' | 'finish' | 'release' | 'reject' | 'cancel'> {
  const { jobs } = tables;
  return {
    async accept(job, message) {
      const row = jobs.get(job.jobId);
      if (row) return row.job.payloadHash === job.payloadHash ? 'known' : 'conflict';
      tables.insert(job);
      tables.write([message]);
      return 'accepted';
    },
    claim: async (job, _owner, leaseMs) => claim(tables, job, leaseMs),
    async renew(leases, leaseMs) {
      return leases.map((lease) => {
        const row = tables.heldBy(lease);
        if (row) row.leaseUntil = tables.now() + leaseMs;
        return { ...lease, held: row !== undefined, cancelRequested: row?.cancelRequested ?? false };
      });
    },
    finish: async (lease, end, messages) => finish(tables, lease, end, messages),
    async release(lease, delayMs, counts, error) {
      const row = tables.heldBy(lease);
      if (!row) return false;
      row.status = 'queued';
      row.leaseUntil = 0;
      row.availableAt = tables.now() + delayMs;
      row.attempts -= counts ? 0 : 1;
      row.lastError = error ?? row.lastError;
      return true;
    },
    async reject(messages, failed) {
      tables.write(messages);
      if (!failed || jobs.has(failed.job.jobId)) return false;
      tables.finish(tables.insert(failed.job), { status: 'failed', error: failed.error }, failed.messages);
      return true;
    },
    async cancel(jobId, error, messages) {
      const row = jobs.get(jobId);
      if (!row) return 'unknown';
      if (row.finishedAt !== undefined) return 'finished';
      row.cancelRequested = true;
      if (row.status === 'running') return 'requested';
      tables.finish(row, { status: 'cancelled', error }, messages);
      return 'cancelled';
    },
  };
}

/** What is read of jobs, and what becomes of those that are lost or old. */
function upkeep(tables: Tables): Pick<JobStore, 'read' | 'finished' | 'requeue' | 'expired' | 'remove'> {
  const { jobs } = tables;
  return {
    async read(jobId) {
      const row = jobs.get(jobId);
      return row && record(row);
    },
    finished: async (jobIds) => jobIds.filter((jobId) => jobs.get(jobId)?.finishedAt !== undefined),
    async requeue(graceMs, untouchedToo, limit, subject) {
      const now = tables.now();
      const lost = [...jobs.values()].filter(
        (row) =>
          row.finishedAt === undefined &&
          Math.max(row.leaseUntil, row.availableAt) < now - graceMs &&
          (row.token > 0 || untouchedToo),
      );
      return lost.slice(0, limit).map((row) => {
        row.status = 'queued';
        row.leaseUntil = 0;
        row.availableAt = now;
        const headers = { 'Content-Type': 'application/cloudevents+json' };
        const body = new TextEncoder().encode(row.job.request);
        tables.write([{ id: `requeue:${row.job.jobId}:${row.token}`, subject, headers, body }], 0);
        return row.job.jobId;
      });
    },
    async expired(ageMs, limit) {
      const old = [...jobs.values()].filter((row) => (row.finishedAt ?? Infinity) < tables.now() - ageMs);
      return old.slice(0, limit).map((row) => row.job.jobId);
    },
    async remove(jobIds) {
      for (const jobId of jobIds) if (jobs.get(jobId)?.finishedAt !== undefined) jobs.delete(jobId);
    },
  };
}

/** Messages on their way out. */
function outgoing(tables: Tables): Pick<JobStore, 'takeUnsent' | 'sent' | 'outbox'> {
  const { messages } = tables;
  return {
    async takeUnsent(limit, holdMs) {
      const now = tables.now();
      const due = [...messages.values()].filter((held) => held.heldUntil <= now).slice(0, limit);
      for (const held of due) held.heldUntil = now + holdMs;
      return due.map((held) => held.message);
    },
    async sent(ids) {
      for (const id of ids) messages.delete(id);
    },
    async outbox() {
      const now = tables.now();
      const oldest = Math.min(now, ...[...messages.values()].map((held) => held.createdAt));
      return { pending: messages.size, oldestMs: now - oldest };
    },
  };
}

/** Jobs and outbox in this process, for `worker run` and for tests of the loop. Each method is one transaction. */
export function memoryStore(clock: Pick<Clock, 'wall'>): JobStore {
  const tables = new Tables(clock);
  return {
    ...lifecycle(tables),
    ...upkeep(tables),
    ...outgoing(tables),
    check: async () => {},
    close: async () => {},
  };
}
