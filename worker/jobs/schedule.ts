import { Cron } from 'croner';
import type { Schedule } from '../cron-store.ts';
import type { Problem } from '../ports.ts';

type Times = Pick<Schedule, 'schedule' | 'timezone'>;

/** Five fields, or a name for them such as `@daily`; the library takes dates as well. */
const SHAPE = /^(@\w+|\S+( +\S+){4})$/;
const EXPECTED = 'expected five fields as cron has them, such as 0 9 * * MON-FRI';

/** What is wrong with a schedule or its time zone; undefined when nothing is. */
export function scheduleProblem({ schedule, timezone }: Times): Problem | undefined {
  if (!isZone(timezone)) return { path: 'timezone', message: 'expected a name such as Europe/Berlin' };
  if (!SHAPE.test(schedule)) return { path: 'schedule', message: EXPECTED };
  try {
    read({ schedule, timezone });
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
    return { path: 'schedule', message: `${EXPECTED}: ${why}` };
  }
}

/** When it is due for the first time after a moment; undefined when never, as one that cannot be read. */
export function nextDue({ schedule, timezone, endTime, enabled }: Schedule, after: Date): Date | undefined {
  if (!enabled || scheduleProblem({ schedule, timezone })) return undefined;
  const next = read({ schedule, timezone }).nextRun(after);
  if (next === null || (endTime !== undefined && next.getTime() > Date.parse(endTime))) return undefined;
  return next;
}

function read({ schedule, timezone = 'UTC' }: Times): Cron {
  return new Cron(schedule, { mode: '5-part', timezone });
}

function isZone(timezone: string | undefined): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return true;
  } catch {
    return false;
  }
}

/** Whether both are due at the same times. */
export function isSameSchedule(one: Schedule, other: Schedule): boolean {
  const told = ({ schedule, timezone, endTime, enabled }: Schedule): string =>
    JSON.stringify([schedule, timezone, endTime, enabled]);
  return told(one) === told(other);
}
