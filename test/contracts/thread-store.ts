import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobStore, Lease } from '../../worker/job-store.ts';
import type { NewRun, ThreadStore } from '../../worker/thread-store.ts';
import { until } from '../engine/until.ts';
import type { JsonObject } from '../../worker/json.ts';
import type { StoreUnderTest } from './job-store.ts';
import { newJob } from './new-job.ts';

/** A store of threads to try, with that of their jobs. */
export interface ThreadsUnderTest extends StoreUnderTest {
  readonly threads: ThreadStore;
}

const page = { limit: 10, offset: 0, sortBy: 'created_at', descending: true } as const;

/** What every store of threads does, whatever it is made of. */
export function threadStoreContract(name: string, open: () => Promise<ThreadsUnderTest>): void {
  describe(`thread store: ${name}`, () => {
    let tested: ThreadsUnderTest;
    let threads: ThreadStore;
    let store: JobStore;
    beforeAll(async () => {
      tested = await open();
      ({ threads, store } = tested);
    });
    afterAll(() => tested.close());

    const request = JSON.stringify({ data: { agent_definition: { name: 'helper' } } });

    function newRun(thread: string, more: Partial<NewRun> = {}): NewRun {
      const jobId = randomUUID();
      const message = { id: `m-${jobId}`, subject: 'x', headers: {}, body: new Uint8Array() };
      return {
        job: { ...newJob({ jobId, needs: [thread], request }), thread },
        message,
        facts: { assistantId: 'a', metadata: { m: 1 }, kwargs: {}, multitaskStrategy: 'enqueue' },
        definition: { name: 'helper' },
        create: { temporary: false },
        threadMetadata: { graph_id: 'agent' },
        alone: false,
        delayMs: 0,
        ...more,
      };
    }

    async function begin(run: NewRun): Promise<Lease> {
      await store.park(run.job);
      const { job } = await store.takeDue({ owner: 'me', leaseMs: 30_000, blocked: [], alone: true });
      if (!job) throw new Error('expected the run to be due');
      return job.claim.lease;
    }

    test('a thread is made once, read, changed and found by what it says', async () => {
      const id = randomUUID();
      expect(await threads.create(id, { team: 'bees', tags: ['a', 'b'] })).toBe(true);
      expect(await threads.create(id, {})).toBe(false);
      expect(await threads.patch(id, { team: 'wasps' })).toBe(true);
      expect(await threads.read(id)).toMatchObject({ status: 'idle', metadata: { team: 'wasps' } });
      const metadata = { tags: ['b'] };
      expect((await threads.search({ ids: [id], metadata }, page)).map(({ threadId }) => threadId)).toEqual([
        id,
      ]);
      expect(await threads.count({ ids: [id], metadata: { tags: ['c'] } })).toBe(0);
      expect(await threads.patch('nobody', {})).toBe(false);
      expect(await threads.read('nobody')).toBeUndefined();
    });

    test('the status of a thread follows from its runs', async () => {
      const id = randomUUID();
      const statusOf = async () => (await threads.read(id))?.status;
      const run = newRun(id);
      expect(await threads.putRun(run)).toMatchObject({
        kind: 'put',
        run: { status: 'queued', threadId: id },
      });
      expect(await statusOf()).toBe('busy');
      await store.finish(await begin(run), { status: 'completed', result: { status: 'interrupted' } }, []);
      expect(await statusOf()).toBe('interrupted');
      const next = newRun(id);
      await threads.putRun(next);
      await store.finish(await begin(next), { status: 'failed', error: { code: 'X', message: 'x' } }, []);
      expect(await statusOf()).toBe('error');
      expect(await threads.listRuns(id, 10, 0)).toMatchObject([
        { runId: next.job.jobId, code: 'X', metadata: { m: 1 } },
        { runId: run.job.jobId, status: 'completed' },
      ]);
      expect(await threads.readRun(id, next.job.jobId)).toMatchObject({ status: 'failed' });
      expect(await threads.readRun('another', next.job.jobId)).toBeUndefined();
    });

    test('after a job comes the next of its thread that was not refused, also after the one that the thread is named after', async () => {
      const [first, refused, next, last] = [newJob(), randomUUID(), randomUUID(), randomUUID()];
      await store.accept(first, { id: first.jobId, subject: 'x', headers: {}, body: new Uint8Array() });
      expect(await threads.nextJob(first.jobId)).toBeUndefined();
      for (const jobId of [refused, next, last])
        await store.park(newJob({ jobId, needs: [first.jobId], thread: first.jobId }));
      expect(await threads.nextJob(first.jobId)).toBe(refused);
      await store.cancel(refused, 0, { code: 'INVALID_EVENT', message: 'too late' }, []);
      expect(await threads.nextJob(first.jobId)).toBe(next);
      expect(await threads.nextJob(next)).toBe(last);
      expect(await threads.nextJob(last)).toBeUndefined();
      expect(await threads.nextJob('nobody')).toBeUndefined();
    });

    test('a run on a thread that is not there is refused unless it makes one', async () => {
      const id = randomUUID();
      expect(await threads.putRun(newRun(id, { create: undefined }))).toEqual({ kind: 'unknown' });
      await threads.putRun(newRun(id, { create: { temporary: true } }));
      expect(await threads.read(id)).toMatchObject({
        definition: { name: 'helper' },
        metadata: { graph_id: 'agent' },
      });
      expect(await threads.count({ ids: [id] }), 'temporary ones are nobody’s to find').toBe(0);
    });

    test('one that wants to be alone is told what is in the way', async () => {
      const id = randomUUID();
      const first = newRun(id);
      await threads.putRun(first);
      const busy = { kind: 'busy', jobIds: [first.job.jobId] };
      expect(await threads.putRun(newRun(id, { alone: true }))).toEqual(busy);
      expect(await threads.remove(id)).toBe('busy');
      expect(await threads.hold(id, 1_000)).toBe('busy');
      expect(await threads.removeRun(id, first.job.jobId, false)).toBe('busy');
    });

    test('no job of a thread begins while it is held', async () => {
      const id = randomUUID();
      await threads.create(id, {});
      expect(await threads.hold(id, 60_000)).toBe('held');
      const run = newRun(id);
      await threads.putRun(run);
      await expect(begin(run)).rejects.toThrow('due');
      await threads.letGo(id);
      expect((await begin(run)).jobId).toBe(run.job.jobId);
    });

    test('a run that names a webhook is taken once it has ended, by one at a time, until it is closed', async () => {
      const run = newRun(randomUUID(), { webhook: 'https://example.com/ended' });
      await threads.putRun(run);
      const runId = run.job.jobId;
      const taken = async (holdMs: number) =>
        (await threads.takeWebhooks(100, holdMs)).filter((one) => one.run.runId === runId);
      expect(await taken(0), 'it has not ended').toEqual([]);
      await store.finish(await begin(run), { status: 'failed', error: { code: 'X', message: 'x' } }, []);
      const [due] = await taken(0);
      expect(due).toMatchObject({ url: 'https://example.com/ended', run: { status: 'failed', code: 'X' } });
      expect(due?.ageMs).toBeGreaterThanOrEqual(0);
      expect(await until('it is due again', async () => (await taken(60_000))[0])).toBeDefined();
      expect(await taken(0), 'somebody has it').toEqual([]);
      await threads.closeWebhook(runId);
      expect(await threads.readRun(undefined, runId)).toMatchObject({ status: 'failed' });
    });

    test('a webhook that is closed is not taken again', async () => {
      const run = newRun(randomUUID(), { webhook: 'https://example.com/ended' });
      await threads.putRun(run);
      await store.finish(await begin(run), { status: 'completed', result: {} }, []);
      expect((await threads.takeWebhooks(100, 0)).map((one) => one.run.runId)).toContain(run.job.jobId);
      await threads.closeWebhook(run.job.jobId);
      expect(await threads.takeWebhooks(100, 0)).toEqual([]);
    });

    test('a question is taken once its time is over, unless its thread has gone on', async () => {
      const over = { status: 'interrupted', unanswered: { after_seconds: 0, decision: 'reject' } };
      const patient = { status: 'interrupted', unanswered: { after_seconds: 600, decision: 'reject' } };
      const end = async (thread: string, result: JsonObject): Promise<string> => {
        const run = newRun(thread);
        await threads.putRun(run);
        await store.finish(await begin(run), { status: 'completed', result }, []);
        return run.job.jobId;
      };
      const taken = async (holdMs: number) =>
        (await threads.takeQuestions(100, holdMs)).map((one) => one.jobId);
      const [silent, answered] = [randomUUID(), randomUUID()];
      const asked = [await end(silent, over), await end(answered, over), await end(randomUUID(), patient)];
      await threads.putRun(newRun(answered));
      expect((await taken(0)).filter((jobId) => asked.includes(jobId))).toEqual([asked[0]]);
      expect(await until('it is due again', async () => (await taken(60_000)).includes(asked[0] ?? ''))).toBe(
        true,
      );
      expect(await taken(0), 'somebody has it').toEqual([]);
      await threads.closeQuestion(asked[0] ?? '');
    });

    test('a copy has the definition and the metadata; what is removed is gone', async () => {
      const [id, copy] = [randomUUID(), randomUUID()];
      const run = newRun(id);
      await threads.putRun(run);
      await store.finish(await begin(run), { status: 'completed', result: {} }, []);
      expect(await threads.copy(id, copy)).toBe(true);
      expect(await threads.copy('nobody', randomUUID())).toBe(false);
      expect(await threads.read(copy)).toMatchObject({
        definition: { name: 'helper' },
        metadata: { thread_id: copy, graph_id: 'agent' },
      });
      expect(await threads.removeRun(id, run.job.jobId, true)).toBe('removed');
      expect(await threads.listRuns(id, 10, 0)).toEqual([]);
      expect(await threads.remove(id)).toBe('removed');
      expect(await threads.remove(id)).toBe('unknown');
      expect(await threads.read(copy)).toBeDefined();
    });
  });
}
