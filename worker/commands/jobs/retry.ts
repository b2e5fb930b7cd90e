import { command } from '../../../command-line/command.ts';
import { DONE, FAILED } from '../../../command-line/exit-code.ts';
import { notRetried } from '../../jobs/manage/retry-job.ts';
import { ENVIRONMENT } from '../configure.ts';
import { withJobs } from './open-store.ts';

/** `worker jobs retry`. */
export const retryCommand = command({
  description: `Lets jobs that failed or were cancelled go on from their last checkpoint. Ends with 1 when one cannot.
${ENVIRONMENT}`,
  operands: { usage: 'JOB…', least: 1, most: 1_000 },
  flags: {},
  run: ({ operands }, terminal) =>
    withJobs(
      () => undefined,
      async ({ store }) => {
        let failed = false;
        for (const jobId of operands) {
          const answer = await store.retry(jobId);
          if (answer === 'retried') terminal.print(`${jobId}: waits for a worker\n`);
          else terminal.say(`cannot retry ${jobId}: ${notRetried[answer]}`);
          failed ||= answer !== 'retried';
        }
        return failed ? FAILED : DONE;
      },
    ),
});
