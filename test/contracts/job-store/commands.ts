import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import type { JobStore, Lease, NewJob, Release } from '../../../worker/job-store.ts';
import { newJob } from '../new-job.ts';
import { completed, error, message, rejection } from './tried-store.ts';

/** One question for two stores, which have to answer alike. */
class Ask implements fc.AsyncCommand<JobStore, JobStore> {
  readonly #name: string;
  readonly #ask: (store: JobStore) => Promise<unknown>;

  constructor(name: string, ask: (store: JobStore) => Promise<unknown>) {
    this.#name = name;
    this.#ask = ask;
  }

  check(): boolean {
    return true;
  }

  async run(model: JobStore, real: JobStore): Promise<void> {
    const [expected, found] = [await this.#ask(model), await this.#ask(real)];
    deepStrictEqual(comparable(found), comparable(expected));
    const [jobs, known] = [await real.list({}, 10), await model.list({}, 10)];
    deepStrictEqual(comparable(jobs), comparable(known));
  }

  toString(): string {
    return this.#name;
  }
}

/** Fields that say when or for how long: of those only that they are there is the same in two stores. */
const TIMES = /^(waitMs|nextMs|awayMs|oldestMs|createdAt|startedAt|finishedAt|dueAt)$/;

function comparable(answer: unknown): unknown {
  const json: unknown = JSON.parse(
    JSON.stringify(answer ?? null, (key, value: unknown) => (TIMES.test(key) ? isSome(value) : value)),
  );
  return json;
}

function isSome(value: unknown): boolean {
  return value !== undefined && value !== null && value !== 0;
}

/** A lease that holds for the whole run, and one that has run out when it is given. */
const LEASES = [600_000, -1_000];
const DELAYS = [0, 600_000];

/** Ids are of one run alone. */
const jobsOf = (run: string): readonly NewJob[] =>
  ['a', 'b'].map((name, place) =>
    newJob({ jobId: `${run}-${name}`, needs: place === 0 ? ['openai', 'mcp:search'] : ['openai|anthropic'] }),
  );

/** Whatever may be asked of a store about two jobs, in any order. */
export function questions(run: string): fc.Arbitrary<Iterable<fc.AsyncCommand<JobStore, JobStore>>> {
  const job = fc.constantFrom(...jobsOf(run));
  const lease = fc.record({ job, ago: fc.constantFrom(0, 0, 0, 1) });
  const ms = fc.constantFrom(...LEASES);
  return fc.commands(
    [
      fc
        .tuple(job, ms, fc.constantFrom('h-1', 'h-1', 'h-1', 'h-2'))
        .map(([of, leaseMs, payloadHash]) =>
          asking(`claim ${of.jobId} ${payloadHash} for ${leaseMs}`, (store) =>
            store.claim({ ...of, payloadHash }, 'me', leaseMs),
          ),
        ),
      job.map((of) => asking(`accept ${of.jobId}`, (store) => store.accept(of, message(`of ${of.jobId}`)))),
      job.map((of) => asking(`park ${of.jobId}`, (store) => store.park(of))),
      fc
        .record({
          leaseMs: ms,
          alone: fc.boolean(),
          blocked: fc.subarray(['openai', 'anthropic', 'mcp:search']),
        })
        .map((how) =>
          asking(`take what is due ${JSON.stringify(how)}`, (store) =>
            store.takeDue({ owner: 'me', ...how }),
          ),
        ),
      fc
        .tuple(lease, ms)
        .map(([of, leaseMs]) =>
          withLease(`renew for ${leaseMs}`, of, (store, held) => store.renew([held], leaseMs)),
        ),
      fc
        .tuple(lease, releases)
        .map(([of, how]) =>
          withLease(`release ${JSON.stringify(how)}`, of, (store, held) => store.release(held, how)),
        ),
      fc
        .tuple(lease, fc.constantFrom(completed, { status: 'failed', error } as const))
        .map(([of, end]) =>
          withLease(`finish ${end.status}`, of, (store, held) =>
            store.finish(held, end, [message(`end ${held.token} of ${held.jobId}`)]),
          ),
        ),
      lease.map((of) =>
        withLease('cancel', of, (store, { jobId, token }) => store.cancel(jobId, token, error, [])),
      ),
      job.map(({ jobId }) => asking(`retry ${jobId}`, (store) => store.retry(jobId))),
      fc
        .tuple(job, releases)
        .map(([of, how]) =>
          asking(`attempt ${of.jobId}, ${JSON.stringify(how)}`, (store) => attempt(store, of, how)),
        ),
      job.map((of) => rejecting({ ...of, payloadHash: 'malformed:1' })),
      job.map(({ jobId }) => asking(`read ${jobId}`, (store) => store.read(jobId))),
      job.map(({ jobId }) => asking(`request ${jobId}`, (store) => store.request(jobId))),
      fc.constant(asking('count', (store) => Promise.all([store.counts({}), store.outbox()]))),
      fc.constant(asking('adopt', async (store) => (await store.adopt(0, 0, 10)).toSorted())),
    ],
    { maxCommands: 60, size: 'max' },
  );
}

/** A job is taken and given back. */
async function attempt(store: JobStore, job: NewJob, how: Release): Promise<unknown> {
  const claim = await store.claim(job, 'me', 600_000);
  return claim.kind === 'claimed' ? store.release(claim.lease, how) : claim;
}

const releases: fc.Arbitrary<Release> = fc.record({
  delayMs: fc.constantFrom(...DELAYS),
  counts: fc.constantFrom('attempt', 'time', 'nothing'),
  waitsHere: fc.boolean(),
  error: fc.constantFrom(undefined, error),
});

function asking(name: string, ask: (store: JobStore) => Promise<unknown>): Ask {
  return new Ask(name, ask);
}

/** Asks in the name of the newest lease of a job, or of one before. */
function withLease(
  what: string,
  { job: { jobId }, ago }: { readonly job: NewJob; readonly ago: number },
  ask: (store: JobStore, lease: Lease) => Promise<unknown>,
): Ask {
  return asking(`${what} ${jobId}${ago === 0 ? '' : ', late'}`, async (store) => {
    const found = await store.read(jobId);
    return ask(store, { jobId, token: (found?.token ?? 0) - ago });
  });
}

function rejecting(job: NewJob): Ask {
  const one = rejection(job);
  return asking(`reject ${job.jobId}`, (store) => store.reject(one));
}
