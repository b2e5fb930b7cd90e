import type { Figures, Memory } from './measure.ts';
import type { Case } from './requests.ts';
import { table } from './table.ts';

/** What a program did under one load. */
export interface Row extends Figures {
  readonly program: string;
  readonly case: string;
  readonly size: Case['size'];
  readonly callers: number;
  /** Of the request and the answer. */
  readonly bytes: readonly [number, number];
}

export interface Report {
  readonly machine: string;
  /** Of the last minute when the run began: what else the machine was doing. */
  readonly load: number;
  readonly calls: number;
  readonly rounds: number;
  readonly bundleBytes: number;
  readonly rows: readonly Row[];
  readonly coldStartMs: Readonly<Record<string, number>>;
  readonly memory: Readonly<Record<string, Memory>>;
}

export function printReport(report: Report): void {
  const { machine, load, calls, rounds, bundleBytes } = report;
  console.log(`${machine}; load before ${load.toFixed(1)}; medians of ${rounds} rounds of ${calls} calls\n`);
  console.log(
    table(
      [
        'callers',
        'program',
        'case',
        'KB in',
        'KB out',
        'p50 ms',
        'p99 ms',
        'calls/s',
        'CPU s/1000',
        '× empty',
      ],
      report.rows.map((row) => rowOf(row, report.rows)),
    ),
  );
  console.log(`\ncold start to the first answer (bundle of ${Math.round(bundleBytes / 1000)} kB)`);
  console.log(
    table(
      ['program', 'ms'],
      Object.entries(report.coldStartMs).map(([program, ms]) => [program, ms.toFixed(0)]),
    ),
  );
  console.log('\nmemory, and the most of it in 20,000 calls of 16 callers');
  console.log(
    table(
      ['program', 'idle MB', 'peak MB'],
      Object.entries(report.memory).map(([program, { idle, peak }]) => [
        program,
        idle.toFixed(0),
        peak?.toFixed(0) ?? 'unknown',
      ]),
    ),
  );
}

function rowOf(row: Row, all: readonly Row[]): string[] {
  const empty = all.find(
    ({ program, size, callers }) =>
      program === 'empty function' && size === row.size && callers === row.callers,
  );
  const ratio = row.cpuPer1000Calls / (empty?.cpuPer1000Calls ?? NaN);
  return [
    String(row.callers),
    row.program,
    row.case,
    ...row.bytes.map((bytes) => (bytes / 1000).toFixed(1)),
    row.p50.toFixed(3),
    row.p99.toFixed(3),
    row.callsPerSecond.toFixed(0),
    row.cpuPer1000Calls.toFixed(3),
    ratio.toFixed(2),
  ];
}
