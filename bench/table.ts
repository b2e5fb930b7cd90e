import type { Report, Row } from './function.ts';

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

/** Text to the left, numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const numeric = head.map((_, column) => rows.every((row) => /^[\d.]+$|^unknown$/.test(row[column] ?? '')));
  return lines
    .map((line) =>
      line
        .map((cell, i) => (numeric[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
