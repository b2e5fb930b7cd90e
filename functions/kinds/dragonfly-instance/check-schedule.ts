import type { Claim, Context, Problem } from '../../composition/contract.ts';
import { ratcheted } from '../../composition/ratchet.ts';
import { at } from '../../composition/read.ts';
import { checkCron } from '../../kube/cron.ts';
import type { Spec } from './xr.gen.ts';

/** A schedule that fits its pattern and is none all the same. One that stands already is told of only. */
export function checkSchedule({ spec }: Claim<Spec>, context: Context): Problem[] {
  const stands = at(context.observed('dragonfly'), 'spec', 'snapshot', 'cron');
  const broken = checkCron('spec.snapshotSchedule', spec.snapshotSchedule, false);
  return ratcheted(broken, spec.snapshotSchedule === stands);
}
