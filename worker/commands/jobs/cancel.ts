import { command } from '../../../command-line/command.ts';
import { DONE, FAILED } from '../../../command-line/exit-code.ts';
import { systemClock } from '../../adapters/clock.ts';
import { cancelJob } from '../../jobs/manage/cancel-job.ts';
import { ENVIRONMENT } from '../configure.ts';
import { withJobs } from './open-store.ts';

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
export const cancelCommand = command({
  description: `Ends jobs that wait, and asks the workers of those that run to. Ends with 1 when one is not to be cancelled.
${ENVIRONMENT}`,
  operands: { usage: 'JOB…', least: 1, most: 1_000 },
  flags: {},
  run: ({ operands }, terminal) =>
    withJobs(
      () => undefined,
      async ({ store, nats }) => {
        const settings = { prefix: nats.names.prefix, group: nats.group, publicUrl: '' };
        const ending = { store, clock: systemClock, queue: { maxPayload: () => MOST_BYTES }, settings };
        let failed = false;
        for (const jobId of operands) {
          const { answer } = await cancelJob(ending, jobId);
          const refused = answer === 'finished' || answer === 'unknown';
          if (refused) terminal.say(`cannot cancel ${jobId}: ${told[answer]}`);
          else terminal.print(`${jobId}: ${told[answer]}\n`);
          failed ||= refused;
        }
        return failed ? FAILED : DONE;
      },
    ),
});
