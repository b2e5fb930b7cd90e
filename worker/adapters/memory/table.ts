import type {
  Clock,
  JobEnd,
  JobError,
  JobRecord,
  JobStatus,
  Lease,
  OutboxMessage,
  NewJob,
} from '../../ports.ts';

/** A job as the memory store keeps it. Times are milliseconds since 1970. */
export interface Row {
  readonly job: NewJob;
  readonly createdAt: number;
  status: JobStatus;
  attempts: number;
  token: number;
  leaseUntil: number;
  availableAt: number;
  cancelRequested: boolean;
  end: JobEnd | undefined;
  lastError: JobError | undefined;
  startedAt: number | undefined;
  finishedAt: number | undefined;
}

/** A message of the outbox. */
interface Held {
  readonly message: OutboxMessage;
  readonly createdAt: number;
  heldUntil: number;
}

/** The same five seconds that the PostgreSQL store leaves to the writer of a message. */
const OWN_TURN_MS = 5_000;

function iso(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}

/** Jobs and messages in this process. */
export class Tables {
  readonly jobs = new Map<string, Row>();
  readonly messages = new Map<string, Held>();
  readonly #clock: Pick<Clock, 'wall'>;

  constructor(clock: Pick<Clock, 'wall'>) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.wall().getTime();
  }

  /** Adds messages that are not there yet; for a while they are their writer's to send. */
  write(written: readonly OutboxMessage[], heldMs = OWN_TURN_MS): void {
    const now = this.now();
    for (const message of written)
      if (!this.messages.has(message.id))
        this.messages.set(message.id, { message, createdAt: now, heldUntil: now + heldMs });
  }

  insert(job: NewJob): Row {
    const row: Row = {
      job,
      createdAt: this.now(),
      status: 'queued',
      attempts: 0,
      token: 0,
      leaseUntil: 0,
      availableAt: this.now(),
      cancelRequested: false,
      end: undefined,
      lastError: undefined,
      startedAt: undefined,
      finishedAt: undefined,
    };
    this.jobs.set(job.jobId, row);
    return row;
  }

  finish(row: Row, end: JobEnd, written: readonly OutboxMessage[]): void {
    row.status = end.status;
    row.end = end;
    row.finishedAt = this.now();
    row.leaseUntil = 0;
    this.write(written);
  }

  /** The job of a lease that still counts. */
  heldBy(lease: Lease): Row | undefined {
    const row = this.jobs.get(lease.jobId);
    return row?.token === lease.token && row.status === 'running' ? row : undefined;
  }
}

/** A row as clients read it. */
export function record(row: Row): JobRecord {
  return {
    jobId: row.job.jobId,
    traceId: row.job.traceId,
    traceparent: row.job.traceparent,
    status: row.status,
    attempts: row.attempts,
    result: row.end?.status === 'completed' ? row.end.result : undefined,
    error: row.end && row.end.status !== 'completed' ? row.end.error : row.lastError,
    cancelRequested: row.cancelRequested,
    createdAt: new Date(row.createdAt).toISOString(),
    startedAt: iso(row.startedAt),
    finishedAt: iso(row.finishedAt),
  };
}
