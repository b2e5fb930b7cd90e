import { table } from '../table.ts';
import { printFresh } from './fresh.ts';
import type { Fresh } from './fresh.ts';
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

/** A report on fresh processes alone. */
export interface FreshReport {
  readonly machine: string;
  /** Of the last minute when the run began: what else the machine was doing. */
  readonly load: number;
  readonly fresh: readonly Fresh[];
}

export interface Report extends FreshReport {
  readonly rows: readonly Row[];
  readonly bare: readonly Bare[];
  readonly roundTrips: readonly RoundTrips[];
  readonly unloaded: Figures;
  readonly probes: readonly Probe[];
}

export function printReport(report: Report | FreshReport): void {
  const { machine, load, fresh } = report;
  console.log(`${machine}; load before ${load.toFixed(1)}; servers, model and workers share the machine`);
  printFresh(fresh);
  if ('rows' in report) printLoads(report);
}

function printLoads({ rows, bare, roundTrips, unloaded, probes }: Report): void {
  console.log('\nworkers under load');
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
