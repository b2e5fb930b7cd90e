import { destination, pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

export type Log = Logger;

/**
 * JSON lines on standard output. They are gathered for a moment, because a write for each call costs as much as a
 * tenth of the call; whatever is gathered is written before the process ends.
 */
export function openLog(debug: boolean, to: DestinationStream = standardOutput()): Log {
  return pino(
    {
      level: debug ? 'debug' : 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    to,
  );
}

function standardOutput(): DestinationStream {
  return destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 100 });
}
