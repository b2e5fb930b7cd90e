import type { CronRecord, CronTurn } from '../../cron-store.ts';
import { patienceOf } from '../../jobs/rules/unanswered.ts';
import { isJsonObject, parseJson } from '../../json.ts';
import type { JsonObject } from '../../json.ts';
import type { Clock, OutboxMessage } from '../../ports.ts';
import type { ClaimResult, JobEnd, JobError, JobStatus, Lease, NewJob } from '../../job-store.ts';
import { SUSPECT_CRASHES } from '../../job-store.ts';
import type { Rate } from '../../job-options.ts';
import type { RunFacts } from '../../thread-store.ts';

/** A job as the memory store keeps it. Times are milliseconds since 1970. */
export interface Row {
  job: NewJob;
  createdAt: number;
  status: JobStatus;
  attempts: number;
  failures: number;
  crashes: number;
  awaySince: number | undefined;
  waitsHere: boolean;
  token: number;
  leaseUntil: number;
  availableAt: number;
  cancelRequested: boolean;
  end: JobEnd | undefined;
  lastError: JobError | undefined;
  startedAt: number | undefined;
  finishedAt: number | undefined;
  /** Of a job that a client of the Agent Server asked for. */
  run: RunFacts | undefined;
  /** When the question that it has ended with is answered in the place of a person; undefined when it is not. */
  answerBy: number | undefined;
  /** Who is called once it has ended, and not before this time. */
  webhook: { readonly url: string; at: number } | undefined;
}

/** A thread as the memory store keeps it. Times are milliseconds since 1970. */
export interface ThreadRow {
  readonly threadId: string;
  readonly tenant: string | undefined;
  metadata: JsonObject;
  definition: JsonObject | undefined;
  temporary: boolean;
  readonly createdAt: number;
  updatedAt: number;
  /** No job of it begins before. */
  editedUntil: number;
}

/** A cron as the memory store keeps it. */
export interface CronRow {
  cron: CronRecord;
  turn: number;
  /** Milliseconds since 1970. */
  heldUntil: number;
}

/** A message of the outbox. */
interface Held {
  readonly message: OutboxMessage;
  readonly createdAt: number;
  heldUntil: number;
}

/** The same five seconds that the PostgreSQL store leaves to the writer of a message. */
const OWN_TURN_MS = 5_000;

/** Jobs and messages in this process. */
export class Tables {
  readonly jobs = new Map<string, Row>();
  readonly messages = new Map<string, Held>();
  readonly threads = new Map<string, ThreadRow>();
  readonly crons = new Map<string, CronRow>();
  /** How far the messages of each source are noted, and until when somebody does it. */
  readonly sources = new Map<string, { place: number; heldUntil: number }>();
  readonly #rates = new Map<string, number[]>();
  readonly #clock: Pick<Clock, 'wall'>;

  constructor(clock: Pick<Clock, 'wall'>) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.wall().getTime();
  }

  /**
   * Adds messages that are not there yet; for a while they are their writer's to send. Last events are those of the lease
   * that the job has now.
   */
  write(written: readonly OutboxMessage[], token = 0): void {
    const now = this.now();
    for (const message of written)
      if (!this.messages.has(message.id)) {
        const stamped = message.token === undefined ? message : { ...message, token };
        this.messages.set(message.id, { message: stamped, createdAt: now, heldUntil: now + OWN_TURN_MS });
      }
  }

  insert(job: NewJob): Row {
    const thread =
      job.thread === undefined ? undefined : this.openThread(job.thread, definitionOf(job), job.tenant);
    const row: Row = {
      job: thread ? { ...job, tenant: thread.tenant } : job,
      createdAt: this.now(),
      status: 'queued',
      attempts: 0,
      failures: 0,
      crashes: 0,
      awaySince: undefined,
      waitsHere: false,
      token: 0,
      leaseUntil: 0,
      availableAt: this.now() + (job.options?.after_seconds ?? 0) * 1_000,
      cancelRequested: false,
      end: undefined,
      lastError: undefined,
      startedAt: undefined,
      finishedAt: undefined,
      run: undefined,
      answerBy: undefined,
      webhook: undefined,
    };
    this.jobs.set(job.jobId, row);
    return row;
  }

  /** The thread, which is made where there is none; from now on it is of this definition. */
  openThread(threadId: string, definition: JsonObject | undefined, tenant?: string): ThreadRow {
    const now = this.now();
    const owner = tenant ?? this.jobs.get(threadId)?.job.tenant;
    const made = { threadId, tenant: owner, metadata: {}, temporary: false, createdAt: now, editedUntil: 0 };
    const thread = this.threads.get(threadId) ?? { ...made, definition, updatedAt: now };
    thread.definition = definition ?? thread.definition;
    thread.updatedAt = now;
    this.threads.set(threadId, thread);
    return thread;
  }

  /** Jobs of a thread, and the job that it is named after, the oldest first. */
  jobsOf(threadId: string): readonly Row[] {
    return [...this.jobs.values()].filter(({ job }) => job.thread === threadId || job.jobId === threadId);
  }

  /** Lets a job that has ended wait here again, with a token of its own. */
  reopen(row: Row): void {
    row.end = undefined;
    row.finishedAt = undefined;
    row.status = 'queued';
    row.token += 1;
    row.failures = 0;
    row.crashes = 0;
    row.awaySince = undefined;
    row.cancelRequested = false;
    row.availableAt = this.now();
    row.waitsHere = true;
    const { deadline_seconds: _, ...options } = row.job.options ?? {};
    row.job = { ...row.job, options };
  }

  /** A job takes the place of a message of its id that could not be read. */
  replace(row: Row, job: NewJob): void {
    this.reopen(row);
    row.lastError = undefined;
    row.job = job;
    row.createdAt = this.now();
    row.availableAt += (job.options?.after_seconds ?? 0) * 1_000;
  }

  finish(row: Row, end: JobEnd, written: readonly OutboxMessage[]): void {
    row.status = end.status;
    row.end = end;
    row.lastError = end.status === 'completed' ? undefined : end.error;
    row.finishedAt = this.now();
    row.leaseUntil = 0;
    const patienceMs = end.status === 'completed' ? patienceOf(end.result) : undefined;
    row.answerBy = patienceMs === undefined ? undefined : this.now() + patienceMs;
    this.write(written, row.token);
  }

  /** Gives the job to a worker, which is a crash of the one that had it and did not give it back. */
  take(row: Row, leaseMs: number): Extract<ClaimResult, { kind: 'claimed' }> {
    const now = this.now();
    row.crashes += row.status === 'running' ? 1 : 0;
    row.status = 'running';
    row.attempts += 1;
    row.token += 1;
    row.leaseUntil = now + leaseMs;
    row.startedAt ??= now;
    return {
      kind: 'claimed',
      lease: { jobId: row.job.jobId, token: row.token },
      attempt: row.attempts,
      tenant: row.job.tenant,
      trouble: {
        failures: row.failures,
        crashes: row.crashes,
        awayMs: row.awaySince === undefined ? 0 : now - row.awaySince,
      },
      cancelRequested: row.cancelRequested,
      lastError: row.lastError,
      deadlineMs: row.job.options?.deadline_seconds === undefined ? undefined : this.deadlineMs(row),
    };
  }

  /** Milliseconds until the job has to be through. */
  deadlineMs({ createdAt, job: { options } }: Row): number {
    return createdAt + (options?.deadline_seconds ?? Infinity) * 1_000 - this.now();
  }

  /** When what is of a rate of this owner began, the last one first. */
  begun(owner: string | undefined, { key, limit, per_seconds: seconds }: Rate): number[] {
    const name = `${limit}/${seconds} ${owner ?? ''}\n${key}`;
    const begun = this.#rates.get(name) ?? [];
    this.#rates.set(name, begun);
    return begun;
  }

  /** False when somebody else has moved the cron on, or it is gone. */
  moveOn({ cronId, turn, nextAt }: CronTurn): boolean {
    const row = this.crons.get(cronId);
    if (row?.turn !== turn) return false;
    Object.assign(row, { cron: { ...row.cron, nextAt }, turn: turn + 1, heldUntil: 0 });
    return true;
  }

  /** The job of a lease that still counts. */
  heldBy(lease: Lease): Row | undefined {
    const row = this.jobs.get(lease.jobId);
    return row?.token === lease.token && row.status === 'running' ? row : undefined;
  }
}

function definitionOf({ request }: NewJob): JsonObject | undefined {
  const event = parseJson(request);
  const data = isJsonObject(event) ? event['data'] : undefined;
  const definition = isJsonObject(data) ? data['agent_definition'] : undefined;
  return isJsonObject(definition) ? definition : undefined;
}

/** Whether a worker that takes the job must have no other. */
export function isSuspect(row: Row): boolean {
  return row.crashes + (row.status === 'running' ? 1 : 0) >= SUSPECT_CRASHES;
}

/** Whether it stands for a message that could not be read. */
export function isMalformed(row: Row): boolean {
  return row.job.request === '';
}
