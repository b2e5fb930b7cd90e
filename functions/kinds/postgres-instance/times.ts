import type { Context, Problem } from '../../composition/contract.ts';
import { at } from '../../composition/read.ts';
import { checkCron } from '../../kube/cron.ts';
import type { Spec } from './xr.gen.ts';

/** Schedules and moments that fit their pattern and are none all the same. One that stands already is left in peace. */
export function checkTimes({ backup, restore }: Spec, context: Context): Problem[] {
  const problems: Problem[] = [];
  const stands = at(context.observed('scheduled-backup'), 'spec', 'schedule');
  if (backup !== undefined && backup.schedule !== stands)
    problems.push(...checkCron('spec.backup.schedule', backup.schedule, true));
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
