import { systemClock } from '../../adapters/clock.ts';
import { cancelJob } from '../../jobs/manage/cancel-job.ts';
import { changeJobs } from './change-jobs.ts';

const told = {
  cancelled: 'cancelled',
  requested: 'its worker ends it within a heartbeat',
  finished: 'it is finished',
  unknown:
    'there is none of this id; a message that waits in NATS is noted within seconds by a worker that runs',
} as const;

/** Errors are short: any server takes an event of one. */
const MOST_BYTES = 65_536;

/** `worker jobs cancel`. */
export const cancelCommand = changeJobs(
  'cancel',
  'Ends jobs that wait, and asks the workers of those that run to. Ends with 1 when one is not to be cancelled.',
  async ({ store, nats }, jobId) => {
    const settings = { prefix: nats.names.prefix, group: nats.group, publicUrl: '' };
    const ending = { store, clock: systemClock, queue: { maxPayload: () => MOST_BYTES }, settings };
    const { answer } = await cancelJob(ending, jobId);
    return { refused: answer === 'finished' || answer === 'unknown', why: told[answer] };
  },
);
