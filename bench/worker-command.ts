import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { command } from '../command-line/command.ts';
import { DONE } from '../command-line/exit-code.ts';
import { createDatabase } from '../test/servers/describe-servers.ts';
import { createWorld } from '../test/servers/world.ts';
import type { World } from '../test/servers/world.ts';
import { positive, reportFlags } from './flags.ts';
import { observe, underLoad } from './worker/load.ts';
import type { Figures, Observer } from './worker/load.ts';
import { install, metric, start } from './worker/program.ts';
import type { Worker } from './worker/program.ts';
import { measureProbes } from './worker/probes.ts';
import { printReport } from './worker/report.ts';
import type { Bare, Process, RoundTrips, Row } from './worker/report.ts';
import { countRoundTrips } from './worker/round-trips.ts';
import { startServers } from './worker/servers.ts';
import type { Servers } from './worker/servers.ts';
import { shapes } from './worker/shapes.ts';
import type { Shape } from './worker/shapes.ts';

/** Jobs of one load, so that each takes a few seconds. */
const JOBS: Readonly<Record<string, number>> = { 'one call': 600, 'three tools': 200, '2,000 tokens': 100 };

/** How many jobs of a shape one load has, at this scale. */
function jobsOf(shape: Shape, scale: number): number {
  return Math.ceil((JOBS[shape.name] ?? 100) * scale);
}

/** In the environment of every worker, and of the streams they share. */
const common = { LEASE_DURATION: '30s', LOG_LEVEL: 'warn' };

/** What is being measured, on standard error: a full run takes minutes. */
function progress(what: string): void {
  console.error(`measuring ${what}`);
}

async function measureLoads(file: string, world: World, observer: Observer, scale: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of [1, 2]) {
    for (const concurrency of [5, 20]) {
      const env = { ...world.env, WORKER_CONCURRENCY: String(concurrency) };
      await using started = new AsyncDisposableStack();
      const workers = await Promise.all(
        Array.from({ length: count }, async () => started.use(await start(file, [], env))),
      );
      const inFlight = 2 * count * concurrency;
      for (const shape of shapes) {
        progress(`${count} workers, ${concurrency} jobs each, ${shape.name}`);
        const load = { shape, latencyMs: 0, inFlight, jobs: jobsOf(shape, scale) * count };
        await underLoad(world, workers, observer, { ...load, jobs: Math.ceil(load.jobs / 5) });
        for (const latencyMs of [0, 50]) {
          const figures = await underLoad(world, workers, observer, { ...load, latencyMs });
          rows.push({ ...figures, shape: shape.name, latencyMs, workers: count, concurrency });
        }
      }
    }
  }
  return rows;
}

/** Runs the jobs of a shape without a worker. */
async function runBare(shape: Shape, jobs: number, world: World, databaseUrl?: string) {
  const script = new URL('worker/bare.ts', import.meta.url).pathname;
  const args = [script, shape.name, String(jobs), '5', '0', world.model.url];
  if (databaseUrl !== undefined) args.push(databaseUrl);
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Pick<Bare, 'jobsPerSecond' | 'cpuMs'>;
}

async function measureBare(world: World, servers: Servers, scale: number): Promise<Bare[]> {
  const bare: Bare[] = [];
  for (const shape of shapes) {
    progress(`LangGraph alone, ${shape.name}`);
    bare.push({ shape: shape.name, store: 'memory', ...(await runBare(shape, jobsOf(shape, scale), world)) });
    const database = await createDatabase(servers.urls.postgres);
    const figures = await runBare(shape, jobsOf(shape, scale), world, database.url);
    bare.push({ shape: shape.name, store: 'PostgreSQL', ...figures });
    await database.drop();
  }
  return bare;
}

/** Jobs of the runs in which round trips are counted, beyond those that warm up. */
const COUNTED = 20;

async function measureRoundTrips(file: string, world: World, observer: Observer): Promise<RoundTrips[]> {
  progress('round trips');
  const way = await countRoundTrips(world.database.url);
  const url = way.url(world.database.url);
  await using worker = await start(file, [], { ...world.env, DATABASE_URL: url });
  const trips: RoundTrips[] = [];
  for (const shape of shapes) {
    const load = { shape, latencyMs: 0, jobs: COUNTED, inFlight: 5 };
    await underLoad(world, [worker], observer, load);
    const before = way.count();
    await underLoad(world, [worker], observer, load);
    const between = way.count();
    // A fifth more jobs warm it up.
    await runBare(shape, COUNTED, world, url);
    const bare = (way.count() - between) / (COUNTED * 1.2);
    trips.push({ shape: shape.name, worker: (between - before) / COUNTED, bare });
  }
  await way.close();
  return trips;
}

/** Starts a program, and looks at its memory before and after so many jobs. */
async function measureProcess(
  program: string,
  file: string,
  world: World,
  observer: Observer,
  steps: readonly number[],
): Promise<Process> {
  progress(`start and memory, ${program}`);
  await using worker = await start(file, [], world.env);
  const idleMb = await megabytes(worker);
  const after: [number, number][] = [];
  let done = 0;
  for (const jobs of steps) {
    const [shape] = shapes;
    if (shape === undefined) break;
    await underLoad(world, [worker], observer, { shape, latencyMs: 0, jobs: jobs - done, inFlight: 10 });
    done = jobs;
    after.push([done, await megabytes(worker)]);
  }
  return { program, readyMs: worker.readyAfter, idleMb, after };
}

async function megabytes(worker: Worker): Promise<number> {
  return (await metric(worker, 'process_resident_memory_bytes')) / 1e6;
}

async function measureUnloaded(file: string, world: World, observer: Observer): Promise<Figures> {
  progress('one job at a time');
  await using worker = await start(file, [], world.env);
  const [shape] = shapes;
  if (shape === undefined) throw new Error('there is no shape to measure');
  const load = { shape, latencyMs: 0, inFlight: 1 };
  await underLoad(world, [worker], observer, { ...load, jobs: 50 });
  const figures = await underLoad(world, [worker], observer, { ...load, jobs: 200 });
  return figures;
}

function probesOf(file: string, world: World, observer: Observer) {
  progress('probes under load');
  return measureProbes(file, world, observer);
}

interface Sizes {
  /** Times the number of jobs of each load. */
  readonly scale: number;
  /** Jobs of the run that looks for growth of memory. */
  readonly soak: number;
}

async function measureAll(servers: Servers, { scale, soak }: Sizes) {
  const load = loadavg()[0] ?? 0;
  const file = await install(join(servers.folder, 'worker'));
  const world = await createWorld(servers.urls, common);
  const observer = await observe(servers.urls);
  try {
    const steps = Array.from({ length: Math.ceil(soak / 1000) }, (_, i) => Math.min((i + 1) * 1000, soak));
    return {
      machine: `${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}`,
      load,
      unloaded: await measureUnloaded(file, world, observer),
      rows: await measureLoads(file, world, observer, scale),
      bare: await measureBare(world, servers, scale),
      roundTrips: await measureRoundTrips(file, world, observer),
      process: [
        await measureProcess('as in the image', file, world, observer, steps),
        await measureProcess('from source', 'worker/main.ts', world, observer, []),
      ],
      probes: await probesOf(file, world, observer),
    };
  } finally {
    await observer.close();
    await world.close();
  }
}

/** `npm run bench worker` */
export const workerCommand = command({
  description: 'Measures the worker on servers of its own, beside LangGraph and deepagents alone.',
  flags: {
    scale: { value: 'X', otherwise: '1', help: 'Times the number of jobs of each load.', read: positive },
    soak: {
      value: 'N',
      otherwise: '5000',
      help: 'Jobs of the run that looks for growth of memory.',
      read: positive,
    },
    ...reportFlags,
  },
  async run({ flags: { json, ...sizes } }) {
    const servers = await startServers();
    try {
      const report = await measureAll(servers, sizes);
      printReport(report);
      if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
      return DONE;
    } finally {
      await servers.stop();
    }
  },
});
