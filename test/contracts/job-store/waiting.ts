import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { until } from '../../engine/until.ts';
import { newJob } from '../new-job.ts';
import { LEASE_MS, message, completed, error, taker, again } from './tried-store.ts';
import type { TriedStore } from './tried-store.ts';

/** Jobs that wait in the store, and who takes them. */
export function waiting(on: TriedStore): void {
  test('a job given back waits in the store, and is taken from there with its event when it is due', async () => {
    const job = newJob();
    await on.store.release(await on.claimed(job), { ...again, waitsHere: true, error });
    const due = await until('it is due', () => on.taken(job.jobId));
    expect(due).toMatchObject({
      request: job.request,
      claim: { attempt: 2, trouble: { failures: 1, crashes: 0, awayMs: 0 }, lastError: error },
    });
    await on.store.release(due.claim.lease, { ...again, waitsHere: true, delayMs: 60_000 });
    expect(await on.taken(job.jobId)).toBeUndefined();
    expect((await on.store.takeDue(taker)).nextMs).toBeGreaterThan(0);
    expect(await on.store.claim(job, 'me', LEASE_MS)).toMatchObject({ kind: 'held', waitsHere: true });
  });

  test('what costs time is measured from the first time, and counts no failure', async () => {
    const job = newJob();
    await on.store.release(await on.claimed(job), { ...again, counts: 'time', waitsHere: true });
    const due = await until('some time has passed', async () => {
      const found = await on.taken(job.jobId);
      if (!found || found.claim.trouble.awayMs > 0) return found;
      await on.store.release(found.claim.lease, { ...again, counts: 'time', waitsHere: true });
      return undefined;
    });
    expect(due.claim.trouble).toMatchObject({ failures: 0, crashes: 0 });
  });

  test('a job that is parked is new, and waits here; one of its id with another payload is a conflict', async () => {
    const job = newJob();
    expect(await on.store.park(job)).toBe('accepted');
    expect(await on.store.park(job)).toBe('known');
    expect(await on.store.park({ ...job, payloadHash: 'h-2' })).toBe('conflict');
    expect((await until('it is due', () => on.taken(job.jobId))).claim.attempt).toBe(1);
  });

  test('a worker is not given what it cannot do', async () => {
    const job = newJob({ needs: ['openai', 'mcp:search'] });
    await on.store.park(job);
    expect(await on.taken(job.jobId, { blocked: ['mcp:search'] })).toBeUndefined();
    expect(await until('it is due', () => on.taken(job.jobId, { blocked: ['mcp:other'] }))).toBeDefined();
  });

  test('a worker is given what one of several things is enough for, unless it can use none of them', async () => {
    const job = newJob({ needs: ['openai|anthropic', 'mcp:search'] });
    await on.store.park(job);
    for (const blocked of [['anthropic', 'openai'], ['openai|anthropic'], ['mcp:search']])
      expect(await on.taken(job.jobId, { blocked })).toBeUndefined();
    expect(await until('it is due', () => on.taken(job.jobId, { blocked: ['openai'] }))).toBeDefined();
  });

  test('twenty workers that ask at the same time get twenty jobs, each another', async () => {
    const jobs = Array.from({ length: 20 }, () => newJob());
    for (const job of jobs) await on.store.park(job);
    const answers = await Promise.all(jobs.map(() => on.store.takeDue(taker)));
    const ids = answers.flatMap(({ job }) => (job ? [job.claim.lease.jobId] : []));
    expect(new Set(ids).size).toBe(ids.length);
    for (const { job } of answers) if (job) await on.store.finish(job.claim.lease, completed, []);
    for (const { jobId } of jobs) {
      const left = await on.taken(jobId);
      if (left) await on.store.finish(left.claim.lease, completed, []);
    }
    for (const { jobId } of jobs) expect(await on.statusOf(jobId)).toBe('completed');
  });

  test('a job whose workers were gone twice in the middle of it is a suspect, and goes to one that has no other', async () => {
    const job = newJob();
    await on.claimed(job, 1);
    const second = await until('the lease runs out', async () => {
      const claim = await on.store.claim(job, 'other', 1);
      return claim.kind === 'claimed' ? claim : undefined;
    });
    expect(second.trouble.crashes).toBe(1);
    await until('it is suspected', async () => (await on.store.claim(job, 'x', 1)).kind === 'suspect');
    expect(await on.store.park(job)).toBe('known');
    expect(await on.taken(job.jobId)).toBeUndefined();
    expect((await on.store.takeDue(taker)).suspects).toBe(true);
    const alone = await until('it is due', () => on.taken(job.jobId, { alone: true }));
    expect(alone.claim.trouble.crashes).toBe(2);
  });

  test('a job without worker and message waits here from now on', async () => {
    const job = newJob();
    await on.claimed(job, 1);
    await until('the job is lost', async () => (await on.store.adopt(1, 0, 100)).includes(job.jobId));
    expect((await until('it is due', () => on.taken(job.jobId))).request).toBe(job.request);
  });

  test('a job that nobody has touched is only taken up when asked to', async () => {
    const job = newJob();
    await on.store.accept(job, message());
    expect(await on.store.adopt(0, 0, 100)).not.toContain(job.jobId);
    await until('it is taken up', async () => (await on.store.adopt(1, Infinity, 100)).includes(job.jobId));
  });

  test('a job whose message waits is noted once, and is older than its row', async () => {
    const [job, known, other] = [newJob(), newJob(), newJob()];
    await on.claimed(known);
    await on.claimed(other);
    const source = randomUUID();
    const noted = [{ ...job }, known, { ...other, payloadHash: 'h-2' }].map((one) => ({
      ...one,
      publishedAt: 1_000,
    }));
    expect(await on.store.beginNoting(source, 60_000)).toBe(0);
    expect(await on.store.beginNoting(source, 60_000)).toBeUndefined();
    expect(await on.store.note(source, 7, noted)).toEqual([other.jobId]);
    expect(await on.store.beginNoting(source, 60_000)).toBe(7);
    expect(await on.store.read(job.jobId)).toMatchObject({
      status: 'queued',
      attempts: 0,
      about: job.about,
      createdAt: new Date(1_000).toISOString(),
    });
    expect(await on.statusOf(known.jobId)).toBe('running');
    expect(await on.store.cancel(job.jobId, 0, error, [])).toBe('cancelled');
    expect(await on.store.claim(job, 'me', LEASE_MS)).toEqual({ kind: 'finished' });
  });

  test('a noted job that nobody has touched is taken up once it is older than every message that waits', async () => {
    const job = newJob();
    await on.store.note(randomUUID(), 1, [{ ...job, publishedAt: 5_000 }]);
    expect(await on.store.adopt(0, 5_000, 100)).not.toContain(job.jobId);
    await until('it is taken up', async () => (await on.store.adopt(1, 5_001, 100)).includes(job.jobId));
  });

  test('a running job is never taken up', async () => {
    const job = newJob();
    await on.claimed(job);
    expect(await on.store.adopt(1, Infinity, 100)).not.toContain(job.jobId);
  });
}
