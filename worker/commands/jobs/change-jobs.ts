import { command } from '../../../command-line/command.ts';
import type { Command } from '../../../command-line/command.ts';
import { DONE, FAILED } from '../../../command-line/exit-code.ts';
import { ENVIRONMENT } from '../configure.ts';
import { withJobs } from './open-store.ts';
import type { OpenJobs } from './open-store.ts';

/** What became of a job, in words; one that is refused stays as it was. */
export interface Changed {
  readonly refused: boolean;
  readonly why: string;
}

/** The command that changes the jobs which are named, each by itself. Ends with 1 when one is refused. */
export function changeJobs(
  verb: string,
  description: string,
  change: (jobs: OpenJobs<undefined>, jobId: string) => Promise<Changed>,
): Command {
  return command({
    description: `${description}\n${ENVIRONMENT}`,
    operands: { usage: 'JOB…', least: 1, most: 1_000 },
    flags: {},
    run: ({ operands }, terminal) =>
      withJobs(
        () => undefined,
        async (jobs) => {
          let failed = false;
          for (const jobId of operands) {
            const { refused, why } = await change(jobs, jobId);
            if (refused) terminal.say(`cannot ${verb} ${jobId}: ${why}`);
            else terminal.print(`${jobId}: ${why}\n`);
            failed ||= refused;
          }
          return failed ? FAILED : DONE;
        },
      ),
  });
}
