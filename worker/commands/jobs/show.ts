import { command } from '../../../command-line/command.ts';
import { DONE, FAILED } from '../../../command-line/exit-code.ts';
import { ENVIRONMENT } from '../configure.ts';
import { withJobs } from './open-store.ts';

/** `worker jobs show`. */
export const showCommand = command({
  description: `Prints all that is known of a job, as JSON.
${ENVIRONMENT}`,
  operands: { usage: 'JOB', least: 1, most: 1 },
  flags: {},
  run: ({ operands: [jobId = ''] }, terminal) =>
    withJobs(
      () => undefined,
      async ({ store }) => {
        const record = await store.read(jobId);
        if (record) terminal.print(`${JSON.stringify(record, null, 2)}\n`);
        else terminal.say(`there is no job ${jobId}`);
        return record ? DONE : FAILED;
      },
    ),
});
