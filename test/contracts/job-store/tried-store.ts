import { randomUUID } from 'node:crypto';
import type { DueJob, JobStore, Lease, NewJob, Release, Taker } from '../../../worker/job-store.ts';
import type { Rejection } from '../../../worker/rejection.ts';
import type { OutboxMessage } from '../../../worker/ports.ts';
import { until } from '../../engine/until.ts';

export const LEASE_MS = 30_000;
export const completed = { status: 'completed', result: { output: 'done', nul: '\u0000' } } as const;
export const again: Release = { delayMs: 0, counts: 'attempt', waitsHere: false, error: undefined };
export const drained: Release = { ...again, counts: 'nothing' };
export const error = { code: 'TOOL_FAILED', message: 'it broke' };
export const taker: Taker = { owner: 'me', leaseMs: LEASE_MS, blocked: [], alone: false };

export function message(id: string = randomUUID()): OutboxMessage {
  return { id, subject: 'a.b', headers: { 'X-One': 'ä' }, body: new TextEncoder().encode(`body of ${id}`) };
}

/** What is kept when the message of this job, or of none that can be read, is put aside. */
export function rejection(job: NewJob | undefined): Rejection {
  return {
    letter: message(),
    failed: job && { job: { ...job, request: '' }, error, messages: [message()] },
    refusal: message(),
  };
}

function idsOf({ letter, failed, refusal }: Rejection): Record<string, string> {
  return { letter: letter.id, told: failed?.messages[0]?.id ?? '', refusal: refusal.id };
}

/** The store under test, with what several tests ask of it. Tests share it, so each looks at jobs of its own alone. */
export class TriedStore {
  readonly #opened: () => JobStore;

  /** `opened` gives the store once it is open. */
  constructor(opened: () => JobStore) {
    this.#opened = opened;
  }

  get store(): JobStore {
    return this.#opened();
  }

  async claimed(job: NewJob, leaseMs = LEASE_MS): Promise<Lease> {
    const claim = await this.store.claim(job, 'me', leaseMs);
    if (claim.kind !== 'claimed') throw new Error(`expected a claim, got ${claim.kind}`);
    return claim.lease;
  }

  async statusOf(jobId: string): Promise<string | undefined> {
    return (await this.store.read(jobId))?.status;
  }

  /** Messages that are due, those of other tests left out. */
  async unsent(ids: readonly string[]): Promise<OutboxMessage[]> {
    return (await this.store.takeUnsent(1_000, 0)).filter(({ id }) => ids.includes(id));
  }

  /** Takes what is due until this job comes; those of other tests are given back for later. */
  async taken(jobId: string, more: Partial<Taker> = {}): Promise<DueJob | undefined> {
    for (;;) {
      const { job } = await this.store.takeDue({ ...taker, ...more });
      if (!job || job.claim.lease.jobId === jobId) return job;
      await this.store.release(job.claim.lease, { ...drained, waitsHere: true, delayMs: 600_000 });
    }
  }

  /** Which of the messages of a rejection are kept. */
  async kept(one: Rejection): Promise<string[]> {
    const names = Object.entries(idsOf(one));
    const found = await until(
      'the turn of their writer is over',
      async () => {
        const ids = (await this.unsent(names.map(([, id]) => id))).map(({ id }) => id);
        return ids.length > 0 ? ids : undefined;
      },
      { seconds: 10 },
    );
    return names.flatMap(([name, id]) => (found.includes(id) ? [name] : []));
  }
}
