import { describe, expect, test } from 'vitest';
import { checkCron } from '../../../functions/kube/cron.ts';
import type { JsonObject } from '../../../functions/composition/contract.ts';
import { call, claim } from '../call.ts';

describe('six fields, seconds first', () => {
  test.each([
    '0 0 3 * * *',
    '0 */15 * * * *',
    '0 0 0 1 jan SUN',
    '0 0,30 8-18/2 ? * mon-fri',
    '5/10 0 0 31 1,3 *',
    '0 0 0 29 2 *',
  ])('%s is taken', (schedule) => {
    expect(checkCron('at', schedule, true)).toEqual([]);
  });

  test.each([
    { schedule: '0 3 * * *', says: 'expected 6 fields' },
    { schedule: '60 0 3 * * *', says: 'the second may be from 0 to 59, got "60"' },
    { schedule: '0 0 24 * * *', says: 'the hour may be from 0 to 23' },
    { schedule: '0 0 3 0 * *', says: 'the day of month may be from 1 to 31' },
    { schedule: '0 0 3 * 13 *', says: 'the month may be from 1 to 12' },
    { schedule: '0 0 3 * * 7', says: 'the day of week may be from 0 to 6' },
    { schedule: '0 0 3 * * funday', says: 'the day of week' },
    { schedule: '0 */0 3 * * *', says: 'a step is a number from 1 on' },
    { schedule: '0 0 5-3 * * *', says: 'ends before it begins' },
    { schedule: '0 0 3,, * * *', says: 'the hour' },
    { schedule: '0 0 3 31 2,4 *', says: 'that day never comes' },
    { schedule: 'a b c d e f', says: 'the second' },
  ])('$schedule is refused: $says', ({ schedule, says }) => {
    const problems = checkCron('spec.backup.schedule', schedule, true);
    expect(problems.map(({ message }) => message).join('; ')).toContain(says);
  });
});

const fatal = (kind: 'PostgresInstance' | 'DragonflyInstance', spec: JsonObject, observed = {}) =>
  call(claim(kind, spec), { observed })
    .results.map(({ message }) => message)
    .join();

test('a claim with a schedule that is none is refused, of either kind', () => {
  const backup = { objectStore: 'backups', schedule: '0 99 3 * * *' };
  expect(fatal('PostgresInstance', { backup })).toContain(
    'spec.backup.schedule: the minute may be from 0 to 59',
  );
  expect(fatal('DragonflyInstance', { snapshotSchedule: '99 * * * *' })).toContain(
    'spec.snapshotSchedule: the minute',
  );
});

test('one that stands already is told of and left in peace', () => {
  const schedule = '0 99 3 * * *';
  const observed = { 'scheduled-backup': { spec: { schedule } } };
  const given = claim('PostgresInstance', { backup: { objectStore: 'backups', schedule } });
  const { results } = call(given, { observed, required: { conn: null } });
  expect(results).toEqual([
    { severity: 'warning', message: expect.stringContaining('spec.backup.schedule: the minute') as unknown },
  ]);
});

test('a moment that never was is refused', () => {
  const restore = (at: string) => ({ restore: { from: { claim: 'a' }, at } });
  expect(fatal('PostgresInstance', restore('2026-02-30T00:00:00Z'))).toContain('no such moment');
  expect(fatal('PostgresInstance', restore('2026-02-28T24:61:00Z'))).toContain('no such moment');
  expect(fatal('PostgresInstance', restore('2026-02-28T23:59:59.123456+02:00'))).toBe('');
});
