import type { Terminal } from '../../../command-line/terminal.ts';
import { reasonOf } from '../../../command-line/failure.ts';
import type { Log } from '../../jobs/parts.ts';

/** What goes wrong, in a line for whoever sits at the terminal. */
export function terminalLog(terminal: Terminal): Log {
  const nothing = (): void => {};
  const told = (fields: object, message: string): void => {
    const error: unknown = 'err' in fields ? fields.err : undefined;
    terminal.say(error === undefined ? message : `${message}: ${reasonOf(error)}`);
  };
  const log: Log = { debug: nothing, info: nothing, warn: told, error: told, child: () => log };
  return log;
}
