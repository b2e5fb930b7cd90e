import type { JsonObject } from '../../json.ts';
import type {
  DueWebhook,
  NewRun,
  PutRun,
  RunFacts,
  RunRecord,
  ThreadFilter,
  ThreadPage,
  ThreadRecord,
  ThreadStatus,
  ThreadStore,
} from '../../thread-store.ts';
import { holds } from './holds.ts';
import { isCrowded } from './is-crowded.ts';
import { memoryQuestions } from './questions.ts';
import { hasAsked } from './summary.ts';
import type { Row, Tables, ThreadRow } from './table.ts';

/** The states of threads, which are with the agent. */
export interface MemoryStates {
  forget(threadIds: readonly string[]): Promise<void>;
  copy(from: string, to: string): Promise<void>;
  /** Takes back what a job has made of a thread. */
  takeBack(threadId: string, jobId: string): Promise<void>;
}

const NO_FACTS: RunFacts = { assistantId: '', metadata: {}, kwargs: {}, multitaskStrategy: 'enqueue' };

function iso(time: number): string {
  return new Date(time).toISOString();
}

function isUnfinished({ finishedAt }: Row): boolean {
  return finishedAt === undefined;
}

function runOf(row: Row, threadId: string): RunRecord {
  const { end, status, createdAt, startedAt, finishedAt } = row;
  return {
    ...NO_FACTS,
    ...row.run,
    runId: row.job.jobId,
    threadId,
    tenant: row.job.tenant,
    status,
    code: end && end.status !== 'completed' ? end.error.code : undefined,
    createdAt: iso(createdAt),
    updatedAt: iso(finishedAt ?? startedAt ?? createdAt),
  };
}

function statusOf(rows: readonly Row[]): ThreadStatus {
  if (rows.some(isUnfinished)) return 'busy';
  const last = rows.at(-1);
  if (last?.status === 'failed') return 'error';
  return last && hasAsked(last) ? 'interrupted' : 'idle';
}

/** Finds threads, and the runs on them. */
class Finder {
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** Its jobs, without the one that it may be named after. */
  rowsOf(threadId: string): readonly Row[] {
    return this.#tables.jobsOf(threadId).filter(({ job }) => job.thread === threadId);
  }

  record(thread: ThreadRow): ThreadRecord {
    const { threadId, tenant, metadata, definition, createdAt, updatedAt } = thread;
    const status = statusOf(this.rowsOf(threadId));
    return {
      threadId,
      tenant,
      metadata,
      definition,
      status,
      createdAt: iso(createdAt),
      updatedAt: iso(updatedAt),
    };
  }

  find({ ids, metadata, status, tenant }: ThreadFilter): readonly ThreadRecord[] {
    return [...this.#tables.threads.values()]
      .filter(
        (thread) =>
          !thread.temporary &&
          (tenant === undefined || thread.tenant === tenant) &&
          (ids === undefined || ids.includes(thread.threadId)) &&
          (metadata === undefined || holds(thread.metadata, metadata)),
      )
      .map((thread) => this.record(thread))
      .filter((thread) => status === undefined || thread.status === status);
  }

  page(filter: ThreadFilter, { limit, offset, sortBy, descending }: ThreadPage): readonly ThreadRecord[] {
    const keys = {
      thread_id: 'threadId',
      status: 'status',
      created_at: 'createdAt',
      updated_at: 'updatedAt',
    } as const;
    const key = keys[sortBy];
    const sign = descending ? -1 : 1;
    const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
    return this.find(filter)
      .toSorted((a, b) => sign * compare(a[key], b[key]) || compare(a.threadId, b.threadId))
      .slice(offset, offset + limit);
  }
}

function putRun(tables: Tables, run: NewRun): PutRun {
  const { job, message, facts, definition, create, threadMetadata, alone, delayMs, webhook, turn } = run;
  const known = tables.threads.get(job.thread);
  if (!known && !create) return { kind: 'unknown' };
  if (known && job.tenant !== undefined && known.tenant !== job.tenant) return { kind: 'unknown' };
  const before = tables.jobsOf(job.thread).filter(isUnfinished);
  if (alone && before.length > 0) return { kind: 'busy', jobIds: before.map((row) => row.job.jobId) };
  if (turn && !alone && isCrowded(tables, run, turn)) return { kind: 'crowded' };
  if (turn && !tables.moveOn(turn)) return { kind: 'passed' };
  const row = tables.insert(job);
  row.run = facts;
  if (webhook !== undefined) row.webhook = { url: webhook, at: 0 };
  row.waitsHere = delayMs > 0;
  row.availableAt += delayMs;
  row.createdAt += delayMs;
  const thread = tables.openThread(job.thread, definition);
  thread.metadata = { ...thread.metadata, ...threadMetadata };
  if (!known) thread.temporary = create?.temporary ?? false;
  if (delayMs === 0) tables.write([message]);
  return { kind: 'put', run: runOf(row, job.thread) };
}

/** The longest time between two calls, as in PostgreSQL. */
const LONGEST_PAUSE_MS = 3_600_000;

function takeWebhooks(tables: Tables, limit: number, holdMs: number): readonly DueWebhook[] {
  const now = tables.now();
  const due = [...tables.jobs.values()].flatMap((row): DueWebhook[] => {
    const { webhook, finishedAt, job } = row;
    if (!webhook || finishedAt === undefined || webhook.at > now || job.thread === undefined) return [];
    return [{ run: runOf(row, job.thread), url: webhook.url, ageMs: now - finishedAt }];
  });
  const taken = due.slice(0, limit);
  for (const { run, ageMs } of taken) {
    const webhook = tables.jobs.get(run.runId)?.webhook;
    if (webhook) webhook.at = now + Math.max(holdMs, Math.min(ageMs, LONGEST_PAUSE_MS));
  }
  return taken;
}

/** Threads in this process, beside its jobs. */
export function memoryThreads(tables: Tables, states: MemoryStates): ThreadStore {
  const { threads, jobs } = tables;
  const finder = new Finder(tables);
  const busyOrUnknown = (threadId: string): 'busy' | 'unknown' | undefined => {
    if (!threads.has(threadId)) return 'unknown';
    return tables.jobsOf(threadId).some(isUnfinished) ? 'busy' : undefined;
  };
  return {
    async create(threadId, metadata, tenant) {
      if (threads.has(threadId)) return false;
      tables.openThread(threadId, undefined, tenant).metadata = metadata;
      return true;
    },
    async read(threadId) {
      const thread = threads.get(threadId);
      return thread && finder.record(thread);
    },
    search: async (filter, page) => finder.page(filter, page),
    count: async (filter) => finder.find(filter).length,
    async patch(threadId, metadata) {
      const thread = threads.get(threadId);
      if (!thread) return false;
      thread.metadata = { ...thread.metadata, ...metadata };
      thread.updatedAt = tables.now();
      return true;
    },
    async remove(threadId) {
      const not = busyOrUnknown(threadId);
      if (not) return not;
      for (const { job } of finder.rowsOf(threadId)) jobs.delete(job.jobId);
      threads.delete(threadId);
      for (const { cron } of tables.crons.values())
        if (cron.threadId === threadId) tables.crons.delete(cron.cronId);
      await states.forget([threadId]);
      return 'removed';
    },
    async copy(from, to) {
      const thread = threads.get(from);
      if (!thread) return false;
      const metadata: JsonObject = { ...thread.metadata, thread_id: to };
      tables.openThread(to, thread.definition, thread.tenant).metadata = metadata;
      await states.copy(from, to);
      return true;
    },
    async hold(threadId, holdMs) {
      const not = busyOrUnknown(threadId);
      const thread = threads.get(threadId);
      if (not || !thread) return not ?? 'unknown';
      thread.editedUntil = tables.now() + holdMs;
      return 'held';
    },
    async letGo(threadId) {
      const thread = threads.get(threadId);
      if (!thread) return;
      thread.editedUntil = 0;
      thread.updatedAt = tables.now();
    },
    putRun: async (run) => putRun(tables, run),
    async readRun(threadId, runId) {
      const row = jobs.get(runId);
      const thread = row?.job.thread;
      if (!row || thread === undefined || (threadId !== undefined && thread !== threadId)) return undefined;
      return runOf(row, thread);
    },
    async nextJob(jobId) {
      const job = jobs.get(jobId)?.job;
      const all = job ? tables.jobsOf(job.thread ?? jobId) : [];
      const later = all.slice(all.findIndex((row) => row.job.jobId === jobId) + 1);
      return later.find(({ end }) => !end || end.status === 'completed' || end.error.code !== 'INVALID_EVENT')
        ?.job.jobId;
    },
    async listRuns(threadId, limit, offset) {
      const newest = finder.rowsOf(threadId).toReversed();
      return newest.slice(offset, offset + limit).map((row) => runOf(row, threadId));
    },
    takeWebhooks: async (limit, holdMs) => takeWebhooks(tables, limit, holdMs),
    async closeWebhook(runId) {
      const row = jobs.get(runId);
      if (row) row.webhook = undefined;
    },
    ...memoryQuestions(tables),
    async removeRun(threadId, runId, state) {
      const row = jobs.get(runId);
      if (!threads.has(threadId) || row?.job.thread !== threadId) return 'unknown';
      if (isUnfinished(row)) return 'busy';
      jobs.delete(runId);
      if (state) await states.takeBack(threadId, runId);
      return 'removed';
    },
  };
}
