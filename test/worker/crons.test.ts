import { describe, expect, test } from 'vitest';
import type { CronRecord, CronTurn, DueCron, Schedule } from '../../worker/cron-store.ts';
import { background } from '../../worker/jobs/background.ts';
import { nextDue, scheduleProblem } from '../../worker/jobs/schedule.ts';
import { fireCrons } from '../../worker/jobs/upkeep/fire-crons.ts';
import { startLoop } from './loop.ts';

describe('a schedule', () => {
  const base: Schedule = { schedule: '0 9 * * *', timezone: undefined, endTime: undefined, enabled: true };

  test.each<{ reason: string; from: string; due?: string } & Partial<Schedule>>([
    { reason: 'in UTC', from: '2026-03-01T08:00:00Z', due: '2026-03-01T09:00:00Z' },
    { reason: 'after a moment, not at it', from: '2026-03-01T09:00:00Z', due: '2026-03-02T09:00:00Z' },
    {
      reason: 'in a time zone in winter',
      timezone: 'Europe/Berlin',
      from: '2026-03-28T00:00:00Z',
      due: '2026-03-28T08:00:00Z',
    },
    {
      reason: 'in a time zone in summer',
      timezone: 'Europe/Berlin',
      from: '2026-03-29T00:00:00Z',
      due: '2026-03-29T07:00:00Z',
    },
    {
      reason: 'an hour that a day does not have comes as the gap ends',
      schedule: '30 2 * * *',
      timezone: 'Europe/Berlin',
      from: '2026-03-29T00:00:00Z',
      due: '2026-03-29T01:00:00Z',
    },
    {
      reason: 'an hour that a day has twice comes once',
      schedule: '30 2 * * *',
      timezone: 'Europe/Berlin',
      from: '2026-10-25T00:30:00Z',
      due: '2026-10-26T01:30:00Z',
    },
    {
      reason: 'a day of the month or of the week',
      schedule: '0 0 13 * FRI',
      from: '2026-03-06T12:00:00Z',
      due: '2026-03-13T00:00:00Z',
    },
    {
      reason: 'at its end',
      endTime: '2026-03-01T09:00:00Z',
      from: '2026-03-01T08:00:00Z',
      due: '2026-03-01T09:00:00Z',
    },
    { reason: 'never after its end', endTime: '2026-03-01T08:59:59Z', from: '2026-03-01T08:00:00Z' },
    { reason: 'never when it is off', enabled: false, from: '2026-03-01T08:00:00Z' },
    { reason: 'never on a day that no month has', schedule: '0 0 30 2 *', from: '2026-03-01T08:00:00Z' },
    { reason: 'never when nobody can read it', schedule: 'soon', from: '2026-03-01T08:00:00Z' },
  ])('is due $reason', ({ from, due, ...more }) => {
    const next = nextDue({ ...base, ...more }, new Date(from));
    expect(next).toEqual(due === undefined ? undefined : new Date(due));
  });

  test.each([
    { schedule: '0 9 * * MON-FRI', timezone: 'America/New_York', said: /^nothing$/ },
    { schedule: '*/5 * * * *', said: /^nothing$/ },
    { schedule: '@daily', said: /^nothing$/ },
    { schedule: '* * * * * *', said: /^expected five fields/ },
    { schedule: '61 * * * *', said: /^expected five fields.*61/ },
    { schedule: '2030-01-01T00:00:00', said: /^expected five fields/ },
    { schedule: '* * * * * 2030', said: /^expected five fields/ },
    { schedule: '', said: /^expected five fields/ },
    { schedule: '0 9 * * *', timezone: 'Europe/Nowhere', said: /^expected a name such as Europe\/Berlin/ },
  ])('of $schedule in $timezone is said what is wrong, if anything', ({ said, ...one }) => {
    expect(scheduleProblem({ timezone: undefined, ...one })?.message ?? 'nothing').toMatch(said);
  });
});

describe('a due cron', () => {
  const turn: CronTurn = { cronId: 'c', turn: 3, nextAt: undefined };
  const due: DueCron = { cron: { cronId: 'c' } as CronRecord, turn };

  test.each([
    { reason: 'has its run', put: async () => undefined, moved: 0, counted: { cron: 1 } },
    {
      reason: 'is left without one that cannot be',
      put: async () => 'no',
      moved: 1,
      counted: { cron_skipped: 1 },
    },
    { reason: 'is left to who was first', put: async () => 'no', first: false, moved: 1, counted: {} },
    {
      reason: 'waits where it is while it cannot be asked',
      put: () => Promise.reject(new Error('away')),
      moved: 0,
      counted: {},
    },
  ])('$reason', async ({ put, first = true, moved, counted }) => {
    const loop = startLoop();
    const [tail, moves] = [background(), [] as CronTurn[]];
    await fireCrons({
      ...loop.parts,
      background: (work) => tail.add(work),
      put,
      crons: {
        takeDue: async () => [due],
        moveOn: async (one) => {
          moves.push(one);
          return first;
        },
      },
    });
    await tail.settled();
    await loop.stop();
    expect(moves).toHaveLength(moved);
    const counts = [...loop.counts].filter(([what]) => what.startsWith('cron'));
    expect(Object.fromEntries(counts)).toEqual(counted);
  });
});
