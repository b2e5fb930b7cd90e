import { expect, test } from 'vitest';
import { until } from '../../engine/until.ts';
import { newJob } from '../new-job.ts';
import { LEASE_MS, message, error, rejection } from './tried-store.ts';
import type { TriedStore } from './tried-store.ts';

/** Messages that are no jobs. */
export function rejections(on: TriedStore): void {
  test('a message that is no job leaves a letter; the job that it names is failed unless there is one of that id', async () => {
    const known = newJob();
    await on.claimed(known);
    const [named, taken, nameless] = [rejection(newJob()), rejection(known), rejection(undefined)];
    expect(await on.store.reject(named)).toBe('failed');
    expect(
      await on.store.reject({
        ...taken,
        failed: taken.failed && { ...taken.failed, job: { ...known, payloadHash: 'malformed' } },
      }),
    ).toBe('refused');
    expect(await on.store.reject(nameless)).toBe('refused');
    expect(await on.store.read(named.failed?.job.jobId ?? '')).toMatchObject({ status: 'failed', error });
    expect(await on.statusOf(known.jobId)).toBe('running');
    expect(await on.kept(named)).toEqual(['letter', 'told']);
    expect(await on.kept(taken)).toEqual(['letter', 'refusal']);
    expect(await on.kept(nameless)).toEqual(['letter', 'refusal']);
  });

  test('a message that is rejected again says nothing again', async () => {
    const job = newJob();
    expect(await on.store.reject(rejection(job))).toBe('failed');
    const again = rejection(job);
    expect(await on.store.reject(again)).toBe('known');
    const { pending } = await on.store.outbox();
    expect(await on.store.reject(again)).toBe('known');
    expect((await on.store.outbox()).pending).toBe(pending);
  });

  test.each(['accept', 'park'] as const)(
    'a job takes the place of a malformed one of its id: %s',
    async (way) => {
      const job = newJob();
      await on.store.reject(rejection({ ...job, payloadHash: 'malformed' }));
      const answer = way === 'accept' ? on.store.accept(job, message()) : on.store.park(job);
      expect(await answer).toBe('accepted');
      expect(await on.store.read(job.jobId)).toMatchObject({ error: undefined, finishedAt: undefined });
      expect((await until('it is due', () => on.taken(job.jobId))).request).toBe(job.request);
      expect(await on.store.park({ ...job, payloadHash: 'h-2' })).toBe('conflict');
    },
  );

  test('a job that is claimed takes the place of a malformed one of its id', async () => {
    const job = newJob();
    await on.store.reject(rejection({ ...job, payloadHash: 'malformed' }));
    expect(await on.store.claim(job, 'me', LEASE_MS)).toMatchObject({
      kind: 'claimed',
      lease: { token: 2 },
      lastError: undefined,
    });
  });
}
