import { setTimeout as sleep } from 'node:timers/promises';
import { command } from '../../command-line/command.ts';
import { DONE, FAILED } from '../../command-line/exit-code.ts';
import { wholeNumber } from '../../command-line/flag.ts';
import { account, unharmed } from '../faults/account.ts';
import { definition, testJob } from '../servers/job.ts';
import type { TestJob } from '../servers/job.ts';
import type { Stance } from './front.ts';
import { inSurroundings } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';

/** A job of the other provider is published so often, in milliseconds. */
const NEIGHBOUR_MS = 2_000;

/** The jobs that wait get this long when the model is back, in seconds. */
const AFTER_S = 1_800;

export const outage = command({
  description:
    'Takes the model away under many jobs, or lets it refuse their key, and says what became of them, how often it was called meanwhile, and how jobs of another provider fared.',
  flags: {
    minutes: { value: 'NUMBER', otherwise: '20', help: 'How long it is away.', read: wholeNumber(1) },
    jobs: { value: 'NUMBER', otherwise: '500', help: 'How many jobs need it.', read: wholeNumber(10) },
    stance: {
      value: 'away|refusing',
      otherwise: 'away',
      help: 'Whether connections break, or the key is refused.',
      read: stanceOf,
    },
  },
  run: ({ flags }, terminal) =>
    inSurroundings(async (around) => {
      const { world, env } = around;
      const workers = [await world.worker(env), await world.worker(env)];
      await Promise.all(workers.map((worker) => worker.ready(120)));
      const { lines, isFine } = await harm(around, flags);
      terminal.print(`${lines.join('\n')}\n`);
      return isFine ? DONE : FAILED;
    }),
});

function stanceOf(text: string): Stance {
  if (text === 'away' || text === 'refusing') return text;
  throw new Error(`expected away or refusing, got ${text}`);
}

interface Harm {
  readonly minutes: number;
  readonly jobs: number;
  readonly stance: Stance;
}

async function harm(
  { world, front, results }: Surroundings,
  { minutes, jobs, stance }: Harm,
): Promise<{ readonly lines: readonly string[]; readonly isFine: boolean }> {
  const all = Array.from({ length: jobs }, () => testJob({ latencyMs: 200 }));
  for (const job of all) await world.publish(job);
  while (results.count() < jobs / 10) await sleep(100);
  front.turn(stance);
  const before = results.count();
  const neighbours = await neighboursFor(minutes, (job) => world.publish(job));
  front.turn('open');
  const back = performance.now();
  const ids = all.map(({ jobId }) => jobId);
  const isThrough = await results.all([...ids, ...neighbours.map(({ job }) => job.jobId)], AFTER_S);
  const seconds = Math.max(...ids.map((id) => (results.at(id) ?? back) - back)) / 1000;
  const waits = neighbours.map(({ job, at }) => ((results.at(job.jobId) ?? Infinity) - at) / 1000);
  if (isThrough) await world.settled(60);
  const found = await account(world, [...all, ...neighbours.map(({ job }) => job)]);
  const harmed = Object.entries(unharmed).some(([name, value]) => Reflect.get(found, name) !== value);
  const sorted = waits.toSorted((one, other) => one - other);
  const lines = [
    `${jobs} jobs, of which ${before} were done when the model was ${stance} for ${minutes} min`,
    `lost ${found.lost}, failed ${found.failed}, finished twice ${found.finishedTwice}, streams not closed ${found.notClosed}`,
    `calls meanwhile ${front.calls(stance)}`,
    `all done ${seconds.toFixed(0)} s after it was back`,
    `${waits.length} jobs of the other provider: median ${at(sorted, 0.5)} s, slowest ${at(sorted, 1)} s`,
  ];
  return { lines, isFine: isThrough && !harmed };
}

function at(sorted: readonly number[], part: number): string {
  return (sorted[Math.ceil(part * sorted.length) - 1] ?? 0).toFixed(2);
}

/** Publishes jobs of the other provider, one after the other, for so long. */
async function neighboursFor(minutes: number, publish: (job: TestJob) => Promise<void>) {
  const published: { readonly job: TestJob; readonly at: number }[] = [];
  const until = performance.now() + minutes * 60_000;
  while (performance.now() < until) {
    const job = neighbour();
    published.push({ job, at: performance.now() });
    await publish(job);
    await sleep(NEIGHBOUR_MS);
  }
  return published;
}

function neighbour(): TestJob {
  const job = testJob();
  const of = structuredClone(definition());
  const [node] = of['nodes'] as { config: { model: object } }[];
  if (node) node.config.model = { provider: 'anthropic', model: 'stub' };
  return {
    ...job,
    event: { ...job.event, data: { ...(job.event['data'] as object), agent_definition: of } },
  };
}
