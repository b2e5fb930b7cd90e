import { setTimeout as sleep } from 'node:timers/promises';
import { command } from '../../command-line/command.ts';
import { DONE, FAILED } from '../../command-line/exit-code.ts';
import { wholeNumber } from '../../command-line/flag.ts';
import { account, unharmed } from '../faults/account.ts';
import { doubleTool, testJob } from '../servers/job.ts';
import type { TestJob } from '../servers/job.ts';
import { inSurroundings } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';

/** A job asks its model so often, and waits so long for each answer: about a minute in all. */
const [ROUNDS, LATENCY_MS] = [20, 2_500];

/** Jobs that are left get this long when nobody is killed any more, in seconds. */
const AFTER_S = 900;

export const kills = command({
  description:
    'Kills a worker again and again under jobs of a minute, and says what became of them and which calls were made again.',
  flags: {
    minutes: { value: 'NUMBER', otherwise: '10', help: 'For how long.', read: wholeNumber(1) },
    every: {
      value: 'SECONDS',
      otherwise: '20',
      help: 'How long from one to the next.',
      read: wholeNumber(1),
    },
    workers: { value: 'NUMBER', otherwise: '3', help: 'How many workers there are.', read: wholeNumber(1) },
  },
  run: ({ flags }, terminal) =>
    inSurroundings(async (around) => {
      const { world, front, results, env } = around;
      const workers = await Promise.all(Array.from({ length: flags.workers }, () => world.worker(env)));
      await Promise.all(workers.map((worker) => worker.ready(120)));
      const until = performance.now() + flags.minutes * 60_000;
      const publishing = keepBusy(around, flags.workers * 5, until);
      let killed = 0;
      while (performance.now() + flags.every * 1000 < until) {
        await sleep(flags.every * 1000);
        workers[killed % flags.workers]?.signal('SIGKILL');
        workers[killed % flags.workers] = await world.worker(env);
        killed += 1;
      }
      const jobs = await publishing;
      const isThrough = await results.all(
        jobs.map(({ jobId }) => jobId),
        AFTER_S,
      );
      if (isThrough) await world.settled(60);
      const found = await account(world, jobs);
      terminal.print(
        `${jobs.length} jobs of ${ROUNDS + 1} model calls, ${killed} workers killed in ${flags.minutes} min\n` +
          `lost ${found.lost}, failed ${found.failed}, finished twice ${found.finishedTwice}, streams not closed ${found.notClosed}\n` +
          `model calls ${front.calls('open')}, made again ${found.modelCallsRepeated}, of a finished step ${front.backwards()}\n`,
      );
      const isHarmed = Object.entries(unharmed).some(([name, value]) => Reflect.get(found, name) !== value);
      return isThrough && !isHarmed && front.backwards() === 0 ? DONE : FAILED;
    }),
});

/** Keeps as many jobs under way as there are slots, until it is time. */
async function keepBusy({ world, results }: Surroundings, slots: number, until: number): Promise<TestJob[]> {
  const rounds = Array.from({ length: ROUNDS }, (_, n) => [{ tool: 'double', args: { n } }]);
  const jobs: TestJob[] = [];
  while (performance.now() < until) {
    if (jobs.length - results.count() < slots) {
      const job = testJob({ latencyMs: LATENCY_MS, rounds }, [doubleTool]);
      jobs.push(job);
      await world.publish(job);
    } else {
      await sleep(200);
    }
  }
  return jobs;
}
