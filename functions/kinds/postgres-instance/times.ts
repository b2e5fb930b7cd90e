import type { Context, Problem } from '../../composition/contract.ts';
import { ratcheted } from '../../composition/ratchet.ts';
import { at } from '../../composition/read.ts';
import { checkCron } from '../../kube/cron.ts';
import type { Spec } from './xr.gen.ts';

/** Schedules and moments that fit their pattern and are none all the same. A schedule that stands already is told of only. */
export function checkTimes({ backup, restore }: Spec, context: Context): Problem[] {
  const problems: Problem[] = [];
  const stands = at(context.observed('scheduled-backup'), 'spec', 'schedule');
  if (backup !== undefined) {
    const broken = checkCron('spec.backup.schedule', backup.schedule, true);
    problems.push(...ratcheted(broken, backup.schedule === stands));
  }
  if (restore?.at !== undefined && !isMoment(restore.at))
    problems.push({ path: 'spec.restore.at', message: `there is no such moment as ${restore.at}` });
  return problems;
}

/** Not the 30th of February, which `Date.parse` takes for the 2nd of March. */
function isMoment(moment: string): boolean {
  if (Number.isNaN(Date.parse(moment))) return false;
  const day = moment.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}
