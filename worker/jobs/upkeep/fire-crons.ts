import type { CronStore, DueCron } from '../../cron-store.ts';
import type { Parts } from '../parts.ts';

export interface Firing extends Pick<Parts, 'meter' | 'log' | 'background'> {
  readonly crons: Pick<CronStore, 'takeDue' | 'moveOn'>;
  /** Puts the run of a due cron, which moves on with it; gives why there is no such run, when there is none. */
  readonly put: (due: DueCron) => Promise<string | undefined>;
}

const BATCH = 100;
/** Longer than it takes to end a run that is in the way. */
const HOLD_MS = 60_000;

/**
 * Puts the runs of crons that are due. A run and the move of its cron to the next due time are one transaction, so that each due time
 * has one run, whatever dies meanwhile; one that can have none is passed over.
 */
export async function fireCrons(firing: Firing): Promise<void> {
  for (const due of await firing.crons.takeDue(BATCH, HOLD_MS)) firing.background(fire(firing, due));
}

async function fire({ crons, put, meter, log }: Firing, due: DueCron): Promise<void> {
  const { cronId, nextAt } = due.cron;
  const how = { cron_id: cronId, due: nextAt };
  try {
    const refusal = await put(due);
    if (refusal === undefined) return meter.count('cron');
    if (!(await crons.moveOn(due.turn))) return;
    meter.count('cron_skipped');
    log.warn({ ...how, refusal }, 'left a due time of a cron without a run');
  } catch (error) {
    log.warn({ ...how, err: error }, 'cannot put the run of a cron yet');
  }
}
