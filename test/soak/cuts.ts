import { setTimeout as sleep } from 'node:timers/promises';
import { command } from '../../command-line/command.ts';
import { DONE, FAILED } from '../../command-line/exit-code.ts';
import { wholeNumber } from '../../command-line/flag.ts';
import { account, unharmed } from '../faults/account.ts';
import { gate } from '../faults/gate.ts';
import type { Gate } from '../faults/gate.ts';
import { doubleTool, testJob } from '../servers/job.ts';
import type { TestJob } from '../servers/job.ts';
import { inSurroundings } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';

/** Calls of a job, and how long its model takes for each. */
const [ROUNDS, LATENCY_MS] = [4, 1_000];

/** Jobs for each worker at each cut. */
const JOBS = 5;

/** Workers have so long before a cut, and jobs that are left so long after the last, in seconds. */
const [BEFORE_S, AFTER_S] = [5, 900];

export const cuts = command({
  description:
    'Cuts workers off from NATS, PostgreSQL and Redis together, with all their connections, for one time after the other, and says what became of their jobs.',
  flags: {
    workers: { value: 'NUMBER', otherwise: '10', help: 'How many workers there are.', read: wholeNumber(1) },
    seconds: { value: 'LIST', otherwise: '30,100,300', help: 'How long each cut lasts.', read: listOf },
  },
  run: ({ flags }, terminal) =>
    inSurroundings(async (around) => {
      const ways = await waysOf(around);
      try {
        const workers = await Promise.all(
          Array.from({ length: flags.workers }, () => around.world.worker({ ...around.env, ...ways.env })),
        );
        await Promise.all(workers.map((worker) => worker.ready(300)));
        let isFine = true;
        for (const seconds of flags.seconds) {
          const { line, isUnharmed } = await cutFor(around, ways.gates, seconds, flags.workers * JOBS);
          terminal.print(`${line}\n`);
          isFine &&= isUnharmed;
        }
        return isFine ? DONE : FAILED;
      } finally {
        for (const way of ways.gates) way.mend();
        await Promise.all(ways.gates.map((way) => way.close()));
      }
    }),
});

function listOf(text: string): readonly number[] {
  return text.split(',').map(wholeNumber(1));
}

interface Ways {
  readonly gates: readonly Gate[];
  /** Of workers that go by them. */
  readonly env: Readonly<Record<string, string>>;
}

async function waysOf({ world: { env } }: Surroundings): Promise<Ways> {
  const redis = `redis://${env['DRAGONFLY_HOST'] ?? ''}:${env['DRAGONFLY_PORT'] ?? ''}`;
  const [postgres, nats, cache] = await Promise.all([
    gate(env['DATABASE_URL'] ?? ''),
    gate(env['NATS_URL'] ?? ''),
    gate(redis),
  ]);
  const { hostname, port } = new URL(cache.url);
  return {
    gates: [postgres, nats, cache],
    env: {
      DATABASE_URL: postgres.url,
      NATS_URL: nats.url,
      DRAGONFLY_HOST: hostname,
      DRAGONFLY_PORT: port,
    },
  };
}

/** Publishes jobs, and cuts the workers off in the middle of them. */
async function cutFor(
  { world, results }: Surroundings,
  gates: readonly Gate[],
  seconds: number,
  count: number,
): Promise<{ readonly line: string; readonly isUnharmed: boolean }> {
  const rounds = Array.from({ length: ROUNDS - 1 }, (_, n) => [{ tool: 'double', args: { n } }]);
  const jobs: readonly TestJob[] = Array.from({ length: count }, () =>
    testJob({ latencyMs: LATENCY_MS, rounds }, [doubleTool]),
  );
  const before = results.count();
  for (const job of jobs) await world.publish(job);
  await sleep(BEFORE_S * 1000);
  for (const way of gates) way.cut();
  const done = results.count() - before;
  await sleep(seconds * 1000);
  for (const way of gates) way.mend();
  const mended = performance.now();
  const isThrough = await results.all(
    jobs.map(({ jobId }) => jobId),
    AFTER_S,
  );
  const took = (performance.now() - mended) / 1000;
  if (isThrough) await world.settled(120);
  const found = await account(world, jobs);
  const isHarmed = Object.entries(unharmed).some(([name, value]) => Reflect.get(found, name) !== value);
  const line =
    `${seconds} s: ${count} jobs of ${ROUNDS} model calls, ${done} done before; lost ${found.lost}, failed ${found.failed}, ` +
    `finished twice ${found.finishedTwice}, streams not closed ${found.notClosed}, ` +
    `model calls made again ${found.modelCallsRepeated}, all done ${took.toFixed(0)} s after it`;
  return { line, isUnharmed: isThrough && !isHarmed };
}
