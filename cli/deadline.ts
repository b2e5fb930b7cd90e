import { Worker } from 'node:worker_threads';
import { usageError } from './arguments.ts';
import { Failure } from './failure.ts';

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/**
 * Ends the process when the time is up. A thread of its own holds the clock, because rendering is one long
 * computation that no timer of the same thread could interrupt.
 */
export function limitTime(duration: string | undefined): void {
  if (duration === undefined) return;
  const clock = new Worker(
    `const { writeSync } = require('node:fs');
     setTimeout(() => {
       writeSync(2, 'gave up after ${duration}, as --timeout says\\n');
       process.kill(process.pid, 'SIGKILL');
     }, ${milliseconds(duration)});`,
    { eval: true },
  );
  clock.unref();
}

/** Durations as the Crossplane CLI reads them: `30s`, `1m30s`. Throws a Failure for anything else. */
export function milliseconds(duration: string): number {
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/gy)];
  const total = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * unitOf(unit), 0);
  if (parts.map(([whole]) => whole).join('') === duration && total > 0) return total;
  throw new Failure(`--timeout: expected a duration such as 30s or 1m30s, got ${duration}`, usageError);
}

function unitOf(unit: string | undefined): number {
  return unit === 'ms' || unit === 's' || unit === 'm' || unit === 'h' ? units[unit] : 0;
}
