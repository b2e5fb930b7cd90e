import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { until } from '../../engine/until.ts';
import type { JobOptions } from '../../../worker/job-options.ts';
import type { NewJob } from '../../../worker/job-store.ts';
import { newJob } from '../new-job.ts';
import { again, completed, error, message, taker } from './tried-store.ts';
import type { TriedStore } from './tried-store.ts';

/** Jobs that want to be run in a way of their own. */
export function options(on: TriedStore): void {
  /** Parks jobs, and gives them in the order in which they are taken. Those of other tests are given back for later. */
  const order = async (jobs: readonly NewJob[]): Promise<readonly string[]> => {
    for (const job of jobs) await on.store.park(job);
    const taken: string[] = [];
    await until('all are taken', async () => {
      const { job } = await on.store.takeDue(taker);
      if (!job) return false;
      const { lease } = job.claim;
      if (jobs.some(({ jobId }) => jobId === lease.jobId)) taken.push(lease.jobId);
      await on.store.finish(lease, completed, []);
      return taken.length === jobs.length;
    });
    return taken;
  };
  const keyed = (key: string, limit: number) => newJob({ options: { concurrency: { key, limit } } });

  test('the higher priority goes first, of two that have the same the one that has waited longer', async () => {
    const [low, second, high, first] = [0, 5, 9, 5].map((priority) =>
      newJob({ options: priority === 0 ? {} : { priority } }),
    ) as [NewJob, NewJob, NewJob, NewJob];
    const ids = [high, second, first, low].map(({ jobId }) => jobId);
    expect(await order([low, second, high, first])).toEqual(ids);
  });

  test.each<JobOptions>([{ after_seconds: 600 }, { after_seconds: 600, priority: 100 }])(
    'a job for later is not due before: %o',
    async (later) => {
      const [accepted, parked, noted] = [0, 1, 2].map(() => newJob({ options: later })) as [
        NewJob,
        NewJob,
        NewJob,
      ];
      await on.store.accept(accepted, message());
      await on.store.park(parked);
      await on.store.note(randomUUID(), 1, [{ ...noted, publishedAt: 1_000 }]);
      for (const { jobId } of [accepted, parked, noted]) {
        expect(await on.taken(jobId)).toBeUndefined();
        const dueAt = Date.parse((await on.store.read(jobId))?.dueAt ?? '');
        expect(dueAt - Date.now()).toBeGreaterThan(300_000);
      }
    },
  );

  test('one that waits in the store is taken from there as soon as it is known, however it came', async () => {
    const [accepted, noted] = [newJob({ options: { priority: 1 } }), newJob({ options: { priority: 1 } })];
    await on.store.accept(accepted, message());
    await on.store.note(randomUUID(), 1, [{ ...noted, publishedAt: 1_000 }]);
    for (const { jobId } of [accepted, noted])
      expect(await until('it is due', () => on.taken(jobId))).toBeDefined();
  });

  test('no more jobs of a key run at once than it says, whoever asks at the same time', async () => {
    const key = randomUUID();
    const jobs = Array.from({ length: 6 }, () => keyed(key, 2));
    for (const job of jobs) await on.store.park(job);
    const ids = jobs.map(({ jobId }) => jobId);
    const running = new Map<string, number>();
    let most = 0;
    const ended = new Set<string>();
    await until('all have run', async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => on.store.takeDue(taker)));
      for (const { job } of answers) {
        if (!job) continue;
        const { lease } = job.claim;
        if (ids.includes(lease.jobId)) running.set(lease.jobId, lease.token);
        else await on.store.release(lease, { ...again, waitsHere: true, delayMs: 600_000 });
      }
      most = Math.max(most, running.size);
      const [first] = running;
      if (!first) return false;
      const [jobId, token] = first;
      await on.store.finish({ jobId, token }, completed, []);
      running.delete(jobId);
      ended.add(jobId);
      return ended.size === jobs.length;
    });
    expect(most).toBe(2);
  });

  test('a worker that is gone leaves the place of its job to another job of the key, and loses the job', async () => {
    const key = randomUUID();
    // Nobody who asks can take the first up again.
    const gone = newJob({ needs: ['mcp:gone'], options: { concurrency: { key, limit: 1 } } });
    const next = keyed(key, 1);
    await on.store.park(gone);
    const held = await until('it is due', () => on.taken(gone.jobId, { leaseMs: 50 }));
    await on.store.park(next);
    const taken = await until('the place is free', () => on.taken(next.jobId, { blocked: ['mcp:gone'] }));
    expect(await on.store.renew([held.claim.lease], 1_000)).toMatchObject([{ held: false }]);
    expect(await on.store.finish(held.claim.lease, completed, [])).toBe(false);
    expect(await on.taken(gone.jobId)).toBeUndefined();
    await on.store.finish(taken.claim.lease, completed, []);
    const again = await until('its turn has come', () => on.taken(gone.jobId));
    expect(again.claim.trouble.crashes).toBe(1);
  });

  test('a key is full for its own jobs alone', async () => {
    const [one, other] = [keyed(randomUUID(), 1), keyed(randomUUID(), 1)];
    for (const { jobId } of [one, other]) {
      await on.store.park(jobId === one.jobId ? one : other);
      expect(await until('it is due', () => on.taken(jobId))).toBeDefined();
    }
  });

  test('no more jobs of a rate begin than it says, whoever asks at the same time', async () => {
    const rates = [{ key: randomUUID(), limit: 3, per_seconds: 600 }];
    const jobs = Array.from({ length: 6 }, () => newJob({ options: { rates } }));
    for (const job of jobs) await on.store.park(job);
    const ids = jobs.map(({ jobId }) => jobId);
    const begun: string[] = [];
    for (let round = 0; round < 6; round += 1) {
      const answers = await Promise.all(Array.from({ length: 4 }, () => on.store.takeDue(taker)));
      for (const { job } of answers) {
        if (!job) continue;
        const { lease } = job.claim;
        if (ids.includes(lease.jobId)) begun.push(lease.jobId);
        else await on.store.release(lease, { ...again, waitsHere: true, delayMs: 600_000 });
      }
    }
    expect(begun).toHaveLength(3);
  });

  test('a retry is one more of its rate', async () => {
    const rates = [{ key: randomUUID(), limit: 2, per_seconds: 600 }];
    const [failing, other] = [newJob({ options: { rates } }), newJob({ options: { rates } })];
    await on.store.park(failing);
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const due = await until('it is due', () => on.taken(failing.jobId));
      await on.store.release(due.claim.lease, { ...again, waitsHere: true });
    }
    await on.store.park(other);
    expect(await on.taken(failing.jobId)).toBeUndefined();
    expect(await on.taken(other.jobId)).toBeUndefined();
  });

  test('the next of a rate begins when its time is over', async () => {
    const rates = [{ key: randomUUID(), limit: 1, per_seconds: 1 }];
    const jobs = [newJob({ options: { rates } }), newJob({ options: { rates } })];
    expect(await order(jobs)).toHaveLength(2);
  });

  test('a model has so many turns in a time, one after the other, whoever asks at the same time', async () => {
    const rate = { key: randomUUID(), limit: 2, per_seconds: 600 };
    // A rate of jobs that is called the same is another one.
    expect(await order([newJob({ options: { rates: [rate] } })])).toHaveLength(1);
    const waits = await Promise.all(Array.from({ length: 6 }, () => on.store.takeTurn(rate)));
    const turns = waits.map((ms) => Math.round(ms / 60_000)).toSorted((one, other) => one - other);
    expect(turns).toEqual([0, 0, 10, 10, 20, 20]);
    expect(await on.store.takeTurn({ ...rate, key: randomUUID() })).toBe(0);
  });

  test('a claim says how long the job may take', async () => {
    const job = newJob({ options: { deadline_seconds: 60 } });
    const claim = await on.store.claim(job, 'me', 1_000);
    expect(claim).toHaveProperty(
      'deadlineMs',
      expect.toSatisfy((ms: number) => ms > 0 && ms <= 60_000),
    );
  });

  test('a job that waits is overdue after its deadline, and ends once; a retry forgets the deadline', async () => {
    const job = newJob({ options: { deadline_seconds: 60, after_seconds: 600 } });
    const lasting = newJob({ options: { deadline_seconds: 3_600 } });
    for (const one of [job, lasting])
      await on.store.note(randomUUID(), 1, [{ ...one, publishedAt: Date.now() - 120_000 }]);
    const late = await on.store.overdue(1_000);
    expect(late.map(({ jobId }) => jobId)).toContain(job.jobId);
    expect(late.map(({ jobId }) => jobId)).not.toContain(lasting.jobId);
    const told = message();
    expect(await on.store.endOverdue({ jobId: job.jobId, token: 1 }, error, [])).toBe(false);
    expect(await on.store.endOverdue({ jobId: lasting.jobId, token: 0 }, error, [])).toBe(false);
    expect(await on.store.endOverdue({ jobId: job.jobId, token: 0 }, error, [told])).toBe(true);
    expect(await on.store.endOverdue({ jobId: job.jobId, token: 0 }, error, [])).toBe(false);
    expect(await on.store.read(job.jobId)).toMatchObject({ status: 'failed', error });
    expect(await on.store.retry(job.jobId)).toBe('retried');
    const again = await until('it is due', () => on.taken(job.jobId));
    expect(again.claim.deadlineMs).toBeUndefined();
  });

  test('jobs are found by a tag, and show it with their priority', async () => {
    const [tag, other] = [randomUUID(), randomUUID()];
    const job = newJob({ options: { tags: [other, tag], priority: 7 } });
    await on.store.park(job);
    await on.store.park(newJob());
    const found = await on.store.list({ tag }, 10);
    expect(found).toMatchObject([{ jobId: job.jobId, tags: [other, tag], priority: 7 }]);
    expect(await on.store.list({ tag: randomUUID() }, 10)).toEqual([]);
    expect(await on.store.counts({ tag })).toEqual([{ status: 'queued', code: undefined, jobs: 1 }]);
  });
}
