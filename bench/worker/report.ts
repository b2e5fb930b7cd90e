import { table } from '../table.ts';
import type { Figures } from './load.ts';
import type { Probe } from './probes.ts';

/** What workers did under one load. */
export interface Row extends Figures {
  readonly shape: string;
  readonly latencyMs: number;
  readonly workers: number;
  readonly concurrency: number;
}

/** What LangGraph alone takes for a job of this shape. */
export interface Bare {
  readonly shape: string;
  readonly store: 'memory' | 'PostgreSQL';
  readonly jobsPerSecond: number;
  readonly cpuMs: number;
}

/** Round trips to PostgreSQL that a job of this shape takes. */
export interface RoundTrips {
  readonly shape: string;
  readonly worker: number;
  readonly bare: number;
}

export interface Report {
  readonly machine: string;
  /** Of the last minute when the run began: what else the machine was doing. */
  readonly load: number;
  readonly rows: readonly Row[];
  readonly bare: readonly Bare[];
  readonly roundTrips: readonly RoundTrips[];
  readonly unloaded: Figures;
  readonly process: readonly Process[];
  readonly probes: readonly Probe[];
}

export interface Process {
  readonly program: string;
  readonly readyMs: number;
  readonly idleMb: number;
  /** After how many jobs, and how much memory it had then. */
  readonly after: readonly (readonly [number, number])[];
}

export function printReport(report: Report): void {
  const { machine, load, rows, bare, roundTrips, unloaded, process, probes } = report;
  console.log(`${machine}; load before ${load.toFixed(1)}; servers, model and workers share the machine\n`);
  console.log(
    table(
      [
        'shape',
        'model ms',
        'workers',
        'jobs each',
        'jobs/s',
        'p50 ms',
        'p99 ms',
        'first event ms',
        'CPU ms/job',
        '× bare',
        'PG commits',
        'Redis commands',
      ],
      rows.map((row) => rowOf(row, bare)),
    ),
  );
  console.log('\nLangGraph and deepagents alone, one process, five jobs at a time, model at 0 ms');
  console.log(
    table(
      ['shape', 'checkpoints in', 'jobs/s', 'CPU ms/job'],
      bare.map((one) => [one.shape, one.store, one.jobsPerSecond.toFixed(1), one.cpuMs.toFixed(2)]),
    ),
  );
  console.log(
    '\nround trips to PostgreSQL for one job, those of the checkpoints and of cleaning up included',
  );
  console.log(
    table(
      ['shape', 'worker', 'LangGraph alone'],
      roundTrips.map((one) => [one.shape, one.worker.toFixed(1), one.bare.toFixed(1)]),
    ),
  );
  console.log(
    `\none job at a time, one call, model at 0 ms: p50 ${unloaded.p50.toFixed(1)} ms from publishing to the status event`,
  );
  console.log(
    table(
      ['program', 'ready ms', 'idle MB', 'MB after jobs'],
      process.map(({ program, readyMs, idleMb, after }) => [
        program,
        readyMs.toFixed(0),
        idleMb.toFixed(0),
        after.map(([jobs, mb]) => `${mb.toFixed(0)} after ${jobs}`).join(', '),
      ]),
    ),
  );
  console.log('\nprobes of one worker that streams 50 answers while four of its tools spin');
  console.log(
    table(
      ['probe', 'asked', 'p50 ms', 'p99 ms', 'longest ms'],
      probes.map(({ path, asked, p50, p99, longest }) => [
        path,
        String(asked),
        p50.toFixed(1),
        p99.toFixed(1),
        longest.toFixed(1),
      ]),
    ),
  );
}

function rowOf(row: Row, bare: readonly Bare[]): string[] {
  const alone = bare.find(({ shape, store }) => shape === row.shape && store === 'PostgreSQL');
  return [
    row.shape,
    String(row.latencyMs),
    String(row.workers),
    String(row.concurrency),
    row.jobsPerSecond.toFixed(1),
    row.p50.toFixed(0),
    row.p99.toFixed(0),
    row.firstEvent.toFixed(0),
    row.cpuMs.toFixed(2),
    (row.cpuMs / (alone?.cpuMs ?? NaN)).toFixed(2),
    row.commits.toFixed(1),
    row.redisCommands.toFixed(1),
  ];
}
