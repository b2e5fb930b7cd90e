import { command } from '../../../command-line/command.ts';
import { DONE, FAILED } from '../../../command-line/exit-code.ts';
import { systemClock } from '../../adapters/clock.ts';
import { redisEvents } from '../../adapters/redis/events.ts';
import { readRedis } from '../../config/redis.ts';
import { followJob } from '../../jobs/manage/follow-job.ts';
import { waiting } from '../../jobs/waiting.ts';
import { ENVIRONMENT } from '../configure.ts';
import { withJobs } from './open-store.ts';

/** How often it is asked whether the job is finished, in case its last events are lost. */
const ASK_MS = 2_000;

/** `worker jobs watch`. */
export const watchCommand = command({
  description: `Prints what a job says, from its start until its end, one JSON object a line. Ends with 1 unless it is completed.
${ENVIRONMENT}`,
  operands: { usage: 'JOB', least: 1, most: 1 },
  flags: {},
  run: ({ operands: [jobId = ''] }, terminal) =>
    withJobs(readRedis, async ({ store, more }) => {
      const record = await store.read(jobId);
      if (!record) {
        terminal.say(`there is no job ${jobId}`);
        return FAILED;
      }
      const events = redisEvents(more.address, more.limits);
      const watched = waiting(store, systemClock, ASK_MS);
      const stop = new AbortController();
      try {
        const watching = { store, events, watched, clock: systemClock };
        for await (const news of followJob(watching, record, undefined, stop.signal)) {
          if (news.kind === 'event') terminal.print(`${JSON.stringify(news.event)}\n`);
          if (news.kind === 'state') terminal.say(`events are missing; the job is ${news.record.status}`);
        }
        return (await store.read(jobId))?.status === 'completed' ? DONE : FAILED;
      } finally {
        stop.abort();
        await Promise.all([watched.close(), events.close()]);
      }
    }),
});
