import type { Clock, OutboxMessage } from '../../ports.ts';
import type { ClaimResult, JobEnd, JobStore, Lease, NewJob } from '../../job-store.ts';
import { waitsInStore } from '../../jobs/rules/options.ts';
import { listing } from './listing.ts';
import { record, summary } from './summary.ts';
import { Tables, isMalformed, isSuspect } from './table.ts';
import { takeDue, takeTurn } from './take-due.ts';

function claim(tables: Tables, job: NewJob, leaseMs: number): ClaimResult {
  const row = tables.jobs.get(job.jobId) ?? tables.insert(job);
  if (isMalformed(row)) tables.replace(row, job);
  if (row.job.payloadHash !== job.payloadHash) return { kind: 'conflict' };
  if (row.finishedAt !== undefined) return { kind: 'finished' };
  const now = tables.now();
  const free = Math.max(row.leaseUntil, row.availableAt);
  if (free > now) return { kind: 'held', waitMs: free - now, waitsHere: row.waitsHere };
  return isSuspect(row) ? { kind: 'suspect' } : tables.take(row, leaseMs);
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
): Pick<
  JobStore,
  | 'accept'
  | 'park'
  | 'claim'
  | 'takeDue'
  | 'takeTurn'
  | 'renew'
  | 'finish'
  | 'release'
  | 'reject'
  | 'cancel'
  | 'overdue'
  | 'endOverdue'
  | 'retry'
> {
  const { jobs } = tables;
  return {
    async accept(job, message) {
      const row = jobs.get(job.jobId);
      if (row && isMalformed(row)) {
        tables.replace(row, job);
        return 'accepted';
      }
      if (row) return row.job.payloadHash === job.payloadHash ? 'known' : 'conflict';
      tables.insert(job).waitsHere = waitsInStore(job.options);
      tables.write([message]);
      return 'accepted';
    },
    async park(job) {
      const row = jobs.get(job.jobId);
      if (row && isMalformed(row)) {
        tables.replace(row, job);
        return 'accepted';
      }
      if (row && row.job.payloadHash !== job.payloadHash) return 'conflict';
      (row ?? tables.insert(job)).waitsHere = true;
      return row ? 'known' : 'accepted';
    },
    claim: async (job, _owner, leaseMs) => claim(tables, job, leaseMs),
    takeDue: async (taker) => takeDue(tables, taker),
    takeTurn: async (rate) => takeTurn(tables, rate),
    async renew(leases, leaseMs) {
      return leases.map((lease) => {
        const row = tables.heldBy(lease);
        if (row) row.leaseUntil = tables.now() + leaseMs;
        const held = row !== undefined;
        return { ...lease, held, renewed: held, cancelRequested: row?.cancelRequested ?? false };
      });
    },
    finish: async (lease, end, messages) => finish(tables, lease, end, messages),
    async release(lease, { delayMs, counts, waitsHere, error }) {
      const row = tables.heldBy(lease);
      if (!row) return false;
      const now = tables.now();
      row.status = 'queued';
      row.leaseUntil = 0;
      row.availableAt = now + delayMs;
      row.waitsHere = waitsHere;
      row.lastError = error ?? row.lastError;
      if (counts === 'attempt') row.failures += 1;
      if (counts === 'time') row.awaySince ??= now;
      if (counts === 'nothing') row.attempts -= 1;
      return true;
    },
    async reject({ letter, failed, refusal }) {
      const row = failed && jobs.get(failed.job.jobId);
      if (row && row.job.payloadHash === failed.job.payloadHash) return 'known';
      tables.write([letter]);
      if (!failed || row) {
        tables.write([refusal]);
        return 'refused';
      }
      tables.finish(tables.insert(failed.job), { status: 'failed', error: failed.error }, failed.messages);
      return 'failed';
    },
    async overdue(limit) {
      const late = [...jobs.values()].filter((row) => row.status === 'queued' && tables.deadlineMs(row) <= 0);
      return late.slice(0, limit).map((row) => summary(tables, row));
    },
    async endOverdue({ jobId, token }, error, messages) {
      const row = jobs.get(jobId);
      if (row?.status !== 'queued' || row.token !== token || tables.deadlineMs(row) > 0) return false;
      tables.finish(row, { status: 'failed', error }, messages);
      return true;
    },
    async retry(jobId) {
      const row = jobs.get(jobId);
      if (!row) return 'unknown';
      if (row.finishedAt === undefined) return 'unfinished';
      if (row.status === 'completed') return 'completed';
      if (isMalformed(row)) return 'malformed';
      tables.reopen(row);
      return 'retried';
    },
    async cancel(jobId, token, error, messages) {
      const row = jobs.get(jobId);
      if (!row) return 'unknown';
      if (row.finishedAt !== undefined) return 'finished';
      if (row.status === 'queued' && row.token !== token) return 'changed';
      row.cancelRequested = true;
      if (row.status === 'running') return 'requested';
      tables.finish(row, { status: 'cancelled', error }, messages);
      return 'cancelled';
    },
  };
}

/** What is read of jobs, and what becomes of those that are lost or old. */
function upkeep(
  tables: Tables,
): Pick<JobStore, 'read' | 'finished' | 'adopt' | 'beginNoting' | 'note' | 'expired' | 'thin' | 'remove'> {
  const { jobs } = tables;
  return {
    async read(jobId) {
      const row = jobs.get(jobId);
      return row && record(tables, row);
    },
    finished: async (jobIds) => jobIds.filter((jobId) => jobs.get(jobId)?.finishedAt !== undefined),
    async beginNoting(source, holdMs) {
      const now = tables.now();
      const known = tables.sources.get(source) ?? { place: 0, heldUntil: now };
      if (known.heldUntil > now) return undefined;
      tables.sources.set(source, { ...known, heldUntil: now + holdMs });
      return known.place;
    },
    async note(source, upTo, noted) {
      const taken = noted.filter(({ jobId, payloadHash }) => {
        const row = jobs.get(jobId);
        return row && !isMalformed(row) && row.job.payloadHash !== payloadHash;
      });
      for (const { publishedAt, ...job } of noted) {
        if (jobs.has(job.jobId)) continue;
        const row = tables.insert(job);
        row.createdAt = Math.min(tables.now(), publishedAt);
        row.waitsHere = job.thread === undefined && waitsInStore(job.options);
      }
      tables.sources.set(source, { place: upTo, heldUntil: tables.now() });
      return taken.map(({ jobId }) => jobId);
    },
    async adopt(graceMs, untouchedBefore, limit) {
      const before = tables.now() - graceMs;
      const lost = [...jobs.values()].filter(
        (row) =>
          row.finishedAt === undefined &&
          !row.waitsHere &&
          Math.max(row.leaseUntil, row.availableAt) < before &&
          (row.token > 0 || row.createdAt < untouchedBefore),
      );
      return lost.slice(0, limit).map((row) => {
        row.waitsHere = true;
        return row.job.jobId;
      });
    },
    async expired(ageMs, limit) {
      const old = [...jobs.values()].filter((row) => (row.finishedAt ?? Infinity) < tables.now() - ageMs);
      return old.slice(0, limit).map((row) => row.job.jobId);
    },
    // Checkpoints are with the agent, in this process.
    thin: async () => false,
    async remove(jobIds) {
      for (const jobId of jobIds) if (jobs.get(jobId)?.finishedAt !== undefined) jobs.delete(jobId);
    },
  };
}

/** Messages on their way out. */
function outgoing(tables: Tables): Pick<JobStore, 'takeUnsent' | 'sent' | 'others' | 'outbox'> {
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
    async others() {
      return {};
    },
    async outbox() {
      const now = tables.now();
      const oldest = Math.min(now, ...[...messages.values()].map((held) => held.createdAt));
      return { pending: messages.size, oldestMs: now - oldest };
    },
  };
}

/** Jobs and outbox in this process, for `worker run`, `worker dev` and tests of the loop. Each method is one transaction. */
export function memoryStore(clock: Pick<Clock, 'wall'>, tables = new Tables(clock)): JobStore {
  return {
    ...lifecycle(tables),
    ...listing(tables),
    ...upkeep(tables),
    ...outgoing(tables),
    check: async () => {},
    close: async () => {},
  };
}
