import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase } from '../../test/servers/describe-servers.ts';
import type { World } from '../../test/servers/world.ts';
import { quantile } from '../measure.ts';
import { table } from '../table.ts';
import { runBare } from './bare-process.ts';
import type { Cost } from './bare-process.ts';
import { underLoad } from './load.ts';
import type { Observer } from './load.ts';
import { metric, start } from './program.ts';
import type { Shape } from './shapes.ts';

/** What a process costs that has just been started. */
export interface Fresh {
  readonly program: string;
  /** Milliseconds from its start until it could take a job. */
  readonly readyMs: number;
  /** MB of resident memory before the first job. */
  readonly idleMb: number;
  /** Of the first jobs. */
  readonly first: Cost;
  /** MB of resident memory after so many jobs in all. */
  readonly after: readonly (readonly [number, number])[];
}

/** What is measured, and where. */
export interface FreshWanted {
  readonly shape: Shape;
  readonly world: World;
  readonly observer: Observer;
  /** Of the server on which LangGraph alone gets a database of its own. */
  readonly postgresUrl: string;
  /** Jobs after which memory is looked at last. */
  readonly soak: number;
}

/** Jobs that count as the first of a process. */
const FIRST = 200;

/** Processes that are started for one figure, which is the middle of theirs. */
const STARTS = 3;

/** For what a worker still does once it is ready. */
const IDLE_MS = 2_000;

/** Fresh workers, and LangGraph alone in processes as fresh, in turns, so that whatever disturbs one disturbs the other. */
export async function measureFresh(file: string, wanted: FreshWanted): Promise<Fresh[]> {
  const [workers, bare]: [Fresh[], Fresh[]] = [[], []];
  for (let i = 0; i < STARTS; i++) {
    const last = i === STARTS - 1;
    workers.push(await freshWorker('as in the image', file, wanted, last ? thousands(wanted.soak) : []));
    bare.push(await freshBare(wanted, Math.max(last ? wanted.soak : 0, FIRST * 2)));
  }
  return [middle(workers), await freshWorker('from source', 'worker/main.ts', wanted, []), middle(bare)];
}

function thousands(jobs: number): number[] {
  const steps = Array.from({ length: Math.ceil(jobs / 1000) }, (_, i) => Math.min((i + 1) * 1000, jobs));
  return steps.filter((step) => step > FIRST);
}

/** Starts a worker, and looks at its memory before its first jobs, after them, and after each of `steps` jobs. */
async function freshWorker(
  program: string,
  file: string,
  { shape, world, observer }: FreshWanted,
  steps: readonly number[],
): Promise<Fresh> {
  await using worker = await start(file, [], world.env);
  const megabytes = async () => (await metric(worker, 'process_resident_memory_bytes')) / 1e6;
  const run = (jobs: number) =>
    underLoad(world, [worker], observer, { shape, latencyMs: 0, jobs, inFlight: 10 });
  await sleep(IDLE_MS);
  const idleMb = await megabytes();
  const first = await run(FIRST);
  const after: [number, number][] = [[FIRST, await megabytes()]];
  let done = FIRST;
  for (const jobs of steps) {
    await run(jobs - done);
    done = jobs;
    after.push([done, await megabytes()]);
  }
  return { program, readyMs: worker.readyAfter, idleMb, first, after };
}

async function freshBare({ shape, world, postgresUrl }: FreshWanted, jobs: number): Promise<Fresh> {
  const database = await createDatabase(postgresUrl);
  const { readyMs, idleMb, first, levelMb } = await runBare(shape, FIRST, jobs - FIRST, world, database.url);
  await database.drop();
  return { program: 'LangGraph alone', readyMs, idleMb, first, after: [[jobs, levelMb]] };
}

/** Figure by figure; memory after many jobs is that of the last process, the only one to run so many. */
function middle(several: readonly Fresh[]): Fresh {
  const of = (figure: (fresh: Fresh) => number) => quantile(several.map(figure), 0.5);
  const last = several.at(-1);
  return {
    program: last?.program ?? '',
    readyMs: of(({ readyMs }) => readyMs),
    idleMb: of(({ idleMb }) => idleMb),
    first: { jobsPerSecond: of(({ first }) => first.jobsPerSecond), cpuMs: of(({ first }) => first.cpuMs) },
    after: last?.after ?? [],
  };
}

export function printFresh(fresh: readonly Fresh[]): void {
  const alone = fresh.at(-1)?.first.cpuMs ?? NaN;
  console.log(`\na process that has just been started, and its first ${FIRST} jobs, five at a time`);
  console.log(
    table(
      ['program', 'ready ms', 'idle MB', 'jobs/s', 'CPU ms/job', '× bare', 'MB after jobs'],
      fresh.map(({ program, readyMs, idleMb, first, after }) => [
        program,
        readyMs.toFixed(0),
        idleMb.toFixed(0),
        first.jobsPerSecond.toFixed(1),
        first.cpuMs.toFixed(1),
        (first.cpuMs / alone).toFixed(2),
        after.map(([jobs, mb]) => `${mb.toFixed(0)} after ${jobs}`).join(', '),
      ]),
    ),
  );
}
