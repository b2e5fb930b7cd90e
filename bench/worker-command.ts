import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { command } from '../command-line/command.ts';
import { DONE } from '../command-line/exit-code.ts';
import { installWorker } from '../test/servers/bundled-worker.ts';
import { createDatabase } from '../test/servers/describe-servers.ts';
import { createWorld } from '../test/servers/world.ts';
import type { World } from '../test/servers/world.ts';
import { positive, reportFlags } from './flags.ts';
import { runBare } from './worker/bare-process.ts';
import { measureFresh } from './worker/fresh.ts';
import { observe, underLoad } from './worker/load.ts';
import type { Figures, Observer } from './worker/load.ts';
import { start } from './worker/program.ts';
import { measureProbes } from './worker/probes.ts';
import { printReport } from './worker/report.ts';
import type { Bare, RoundTrips, Row } from './worker/report.ts';
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

async function measureBare(world: World, servers: Servers, scale: number): Promise<Bare[]> {
  const bare: Bare[] = [];
  for (const shape of shapes) {
    progress(`LangGraph alone, ${shape.name}`);
    const jobs = jobsOf(shape, scale);
    const first = Math.ceil(jobs / 5);
    bare.push({ shape: shape.name, store: 'memory', ...(await runBare(shape, first, jobs, world)).warm });
    const database = await createDatabase(servers.urls.postgres);
    const { warm } = await runBare(shape, first, jobs, world, database.url);
    bare.push({ shape: shape.name, store: 'PostgreSQL', ...warm });
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
    const warming = COUNTED / 5;
    await runBare(shape, warming, COUNTED, world, url);
    const bare = (way.count() - between) / (COUNTED + warming);
    trips.push({ shape: shape.name, worker: (between - before) / COUNTED, bare });
  }
  await way.close();
  return trips;
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

function freshOf(file: string, world: World, servers: Servers, observer: Observer, soak: number) {
  progress('processes that have just been started');
  const [shape] = shapes;
  if (shape === undefined) throw new Error('there is no shape to measure');
  return measureFresh(file, { shape, world, observer, postgresUrl: servers.urls.postgres, soak });
}

interface Sizes {
  /** Times the number of jobs of each load. */
  readonly scale: number;
  /** Jobs of the run that looks for growth of memory. */
  readonly soak: number;
  /** Leaves out all but processes that have just been started. */
  readonly 'only-fresh': boolean;
}

async function measureAll(servers: Servers, { scale, soak, 'only-fresh': onlyFresh }: Sizes) {
  const load = loadavg()[0] ?? 0;
  const file = await installWorker(join(servers.folder, 'worker'));
  const world = await createWorld(servers.urls, common);
  const observer = await observe(servers.urls);
  try {
    const machine = `${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}`;
    const fresh = await freshOf(file, world, servers, observer, soak);
    if (onlyFresh) return { machine, load, fresh };
    return {
      machine,
      load,
      fresh,
      unloaded: await measureUnloaded(file, world, observer),
      rows: await measureLoads(file, world, observer, scale),
      bare: await measureBare(world, servers, scale),
      roundTrips: await measureRoundTrips(file, world, observer),
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
    'only-fresh': { help: 'Measure a fresh process and nothing else: its start, first jobs and memory.' },
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
