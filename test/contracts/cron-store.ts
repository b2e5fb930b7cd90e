import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MOST_CRONS } from '../../worker/cron-store.ts';
import type { CronFacts, CronStore, CronTurn } from '../../worker/cron-store.ts';
import type { NewRun, ThreadStore } from '../../worker/thread-store.ts';
import { newJob } from './new-job.ts';

/** A store of crons to try, with that of the threads of their runs. */
export interface CronsUnderTest {
  readonly crons: CronStore;
  readonly threads: ThreadStore;
  /** Lets time come to the moment at which a cron is due, or until which somebody has it in hand. */
  comes(cronId: string, what: 'due' | 'released'): Promise<void>;
  close(): Promise<void>;
}

const page = { limit: 10, offset: 0, sortBy: 'created_at', descending: true } as const;
const HOLD_MS = 600_000;

function newCron(more: Partial<CronFacts> = {}): CronFacts {
  return {
    assistantId: 'a',
    threadId: undefined,
    keepsThreads: false,
    schedule: '0 0 1 1 *',
    timezone: undefined,
    endTime: undefined,
    enabled: true,
    payload: { input: { z: 1, a: 2 } },
    metadata: {},
    ...more,
  };
}

function runFor(turn: CronTurn, thread: string, more: Partial<NewRun> = {}): NewRun {
  const jobId = randomUUID();
  const message = { id: `m-${jobId}`, subject: 'x', headers: {}, body: new Uint8Array() };
  return {
    job: { ...newJob({ jobId, request: '{}' }), thread },
    message,
    facts: { assistantId: 'a', metadata: {}, kwargs: {}, multitaskStrategy: 'enqueue' },
    definition: { name: 'helper' },
    create: { temporary: true },
    threadMetadata: {},
    alone: false,
    delayMs: 0,
    turn,
    ...more,
  };
}

/** What every store of crons does, whatever it is made of. */
export function cronStoreContract(name: string, open: () => Promise<CronsUnderTest>): void {
  describe(`cron store: ${name}`, () => {
    let tested: CronsUnderTest;
    let crons: CronStore;
    let threads: ThreadStore;
    beforeAll(async () => {
      tested = await open();
      ({ crons, threads } = tested);
    });
    afterAll(() => tested.close());

    const make = async (more: Partial<CronFacts> = {}, tenant?: string): Promise<string> => {
      const cronId = randomUUID();
      await crons.create(cronId, newCron(more), tenant);
      return cronId;
    };
    const taken = async (cronId: string) =>
      (await crons.takeDue(1_000, HOLD_MS)).find(({ cron }) => cron.cronId === cronId);
    const takeDue = async (cronId: string) => {
      await tested.comes(cronId, 'due');
      const due = await taken(cronId);
      if (!due) throw new Error('expected the cron to be due');
      return due;
    };

    test('a cron is made, read, found by what it says, changed and removed', async () => {
      const id = await make({ metadata: { of: 'bees', tags: ['a', 'b'] } }, 'ada');
      const made = await crons.read(id);
      expect(made).toMatchObject({ cronId: id, tenant: 'ada', payload: { input: { z: 1, a: 2 } } });
      expect(made?.nextAt).toMatch(/-01-01T00:00:00.000Z$/);
      const found = { assistantIds: ['b', 'a'], metadata: { tags: ['b'] }, enabled: true, tenant: 'ada' };
      expect(await crons.search(found, page)).toEqual([made]);
      expect(await crons.count(found)).toBe(1);
      for (const other of [{ tenant: 'bob' }, { enabled: false }, { assistantIds: [] }, { threadId: 'x' }])
        expect(await crons.count({ ...found, ...other })).toBe(0);
      const changed = await crons.change(id, (cron) => ({ ...cron, timezone: 'Europe/Berlin' }));
      expect(changed).toMatchObject({ cronId: id, tenant: 'ada', timezone: 'Europe/Berlin' });
      expect(changed?.nextAt).toMatch(/-12-31T23:00:00.000Z$/);
      expect(await crons.read(id)).toEqual(changed);
      expect(await crons.remove(id)).toBe(true);
      expect(await crons.remove(id)).toBe(false);
      expect(await crons.read(id)).toBeUndefined();
      expect(await crons.change(id, (cron) => cron)).toBeUndefined();
    });

    test.each([
      { sortBy: 'next_run_date', descending: false, expected: ['first', 'second', 'never'] },
      { sortBy: 'next_run_date', descending: true, expected: ['second', 'first', 'never'] },
      { sortBy: 'assistant_id', descending: true, expected: ['never', 'first', 'second'] },
    ] as const)('lists are by $sortBy, what has none last', async ({ expected, ...order }) => {
      const tenant = randomUUID();
      await make({ schedule: '0 0 1 1 *', assistantId: 'a', metadata: { name: 'second' } }, tenant);
      await make({ schedule: '* * * * *', assistantId: 'b', metadata: { name: 'first' } }, tenant);
      await make({ enabled: false, assistantId: 'c', metadata: { name: 'never' } }, tenant);
      const all = await crons.search({ tenant }, { ...page, ...order });
      expect(all.map(({ metadata }) => metadata['name'])).toEqual(expected);
      const second = await crons.search({ tenant }, { ...page, ...order, limit: 1, offset: 1 });
      expect(second).toEqual([all[1]]);
    });

    test('what is due is taken by one, until it lets go of it or moves it on', async () => {
      const id = await make();
      expect(await taken(id), 'it is not due').toBeUndefined();
      const { turn } = await takeDue(id);
      expect(await taken(id), 'somebody has it').toBeUndefined();
      await tested.comes(id, 'released');
      expect((await taken(id))?.turn).toEqual(turn);
      expect(await crons.moveOn(turn)).toBe(true);
      expect(await crons.moveOn(turn), 'somebody was first').toBe(false);
      expect((await crons.read(id))?.nextAt).toBe(turn.nextAt);
      expect(await taken(id), 'it is due next year').toBeUndefined();
    });

    test('of all who put the run of one due time the first has it, and the others leave nothing', async () => {
      const id = await make();
      const { turn } = await takeDue(id);
      const [one, two] = [randomUUID(), randomUUID()];
      expect(await threads.putRun(runFor(turn, one))).toMatchObject({ kind: 'put' });
      expect(await threads.putRun(runFor(turn, two))).toEqual({ kind: 'passed' });
      expect(await threads.read(two)).toBeUndefined();
      expect((await crons.read(id))?.nextAt).toBe(turn.nextAt);
    });

    test('a run that is refused leaves the cron where it is', async () => {
      const [id, thread] = [await make(), randomUUID()];
      const { turn } = await takeDue(id);
      expect(await threads.putRun(runFor(turn, thread, { create: undefined }))).toEqual({ kind: 'unknown' });
      const other = await takeDue(await make());
      await threads.putRun(runFor(other.turn, thread));
      expect(await threads.putRun(runFor(turn, thread, { alone: true }))).toMatchObject({ kind: 'busy' });
      expect(await threads.putRun(runFor(turn, thread))).toMatchObject({ kind: 'put' });
    });

    test('while a run waits the next due time has none, unless it deals with what is there', async () => {
      const id = await make({}, 'ada');
      const own = (more: Partial<NewRun> = {}): NewRun => {
        const run = runFor({ cronId: id, turn: 0, nextAt: undefined }, randomUUID(), more);
        const facts = { ...run.facts, metadata: { cron_id: id } };
        return { ...run, facts, job: { ...run.job, tenant: 'ada' } };
      };
      const put = async (run: NewRun) => threads.putRun({ ...run, turn: (await takeDue(id)).turn });
      const others = own();
      await threads.putRun({ ...others, turn: undefined, job: { ...others.job, tenant: 'bob' } });
      const first = own();
      expect(await put(first), 'what another says is its cron is nothing to it').toMatchObject({
        kind: 'put',
      });
      const next = own();
      expect(await put(next)).toEqual({ kind: 'crowded' });
      expect(await threads.read(next.job.thread)).toBeUndefined();
      await tested.comes(id, 'released');
      expect(await put(own({ alone: true }))).toMatchObject({ kind: 'put' });
    });

    test.each([
      { reason: 'removed', act: (id: string) => crons.remove(id) },
      {
        reason: 'given another schedule',
        act: (id: string) => crons.change(id, (cron) => ({ ...cron, schedule: '0 0 2 1 *' })),
      },
    ])('one that is $reason while somebody has it in hand has no run any more', async ({ act }) => {
      const id = await make();
      const { turn } = await takeDue(id);
      await act(id);
      expect(await threads.putRun(runFor(turn, randomUUID()))).toEqual({ kind: 'passed' });
    });

    test('one that is changed otherwise is due when it was', async () => {
      const id = await make();
      await tested.comes(id, 'due');
      await crons.change(id, (cron) => ({ ...cron, metadata: { changed: true } }));
      expect((await taken(id))?.cron.metadata).toEqual({ changed: true });
    });

    test('what is not enabled, or has come to its end, is not due', async () => {
      const id = await make({ enabled: false });
      expect((await crons.read(id))?.nextAt).toBeUndefined();
      await crons.change(id, (cron) => ({ ...cron, enabled: true, endTime: '2100-01-01T00:00:00.000Z' }));
      expect((await crons.read(id))?.endTime).toBe('2100-01-01T00:00:00.000Z');
      expect((await takeDue(id)).turn.nextAt).toBeDefined();
      const ended = await make({ endTime: '2000-01-01T00:00:00.000Z' });
      expect((await crons.read(ended))?.nextAt).toBeUndefined();
    });

    test('a cron goes with its thread', async () => {
      const thread = randomUUID();
      await threads.create(thread, {});
      const [id, other] = [await make({ threadId: thread }), await make()];
      expect(await crons.count({ threadId: thread })).toBe(1);
      await threads.remove(thread);
      expect(await crons.read(id)).toBeUndefined();
      expect(await crons.read(other)).toBeDefined();
    });

    test('a tenant has so many and no more', async () => {
      const lots = Array.from({ length: 20 }, () => MOST_CRONS / 20);
      await Promise.all(
        lots.map(async (many) => {
          for (let index = 0; index < many; index += 1) await make({}, 'crowd');
        }),
      );
      expect(await crons.create(randomUUID(), newCron(), 'crowd')).toBeUndefined();
      expect(await crons.create(randomUUID(), newCron(), 'another')).toBeDefined();
    });
  });
}
