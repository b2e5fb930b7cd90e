import { statSync, watch as watchPath } from 'node:fs';
import { basename, dirname } from 'node:path';
import { DONE, REFUSED } from '../../command-line/exit-code.ts';
import type { ExitCode } from '../../command-line/exit-code.ts';
import { Failure, reasonOf } from '../../command-line/failure.ts';
import type { Terminal } from '../../command-line/terminal.ts';

/** Editors write a file in several steps; one change is what is over after so many milliseconds. */
const settle = 50;

/**
 * Runs the work now and again after every change below the paths, until the process is told to stop. What the work
 * answers decides nothing while watching; the exit code is 0 when the user stops it.
 */
export async function watch(
  paths: readonly string[],
  work: () => Promise<unknown>,
  terminal: Terminal,
): Promise<ExitCode> {
  if (paths.includes('-')) throw new Failure('--watch cannot watch the standard input', REFUSED);
  let timer: NodeJS.Timeout | undefined;
  let last: Promise<void> = Promise.resolve();
  const run = () => {
    last = last.then(work).then(
      () => {},
      (error: unknown) => terminal.say(reasonOf(error)),
    );
    return last;
  };
  const watchers = paths.map((path) =>
    open(path, () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        terminal.say('\nnote: changed, rendering again');
        void run();
      }, settle);
    }),
  );
  await run();
  terminal.say(`note: watching ${paths.join(', ')}; Ctrl-C ends it`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  for (const watcher of watchers) watcher.close();
  clearTimeout(timer);
  await last;
  return DONE;
}

/** A file is watched through its folder, because many editors put a new file in its place. */
function open(path: string, onChange: () => void) {
  try {
    if (statSync(path).isDirectory()) return watchPath(path, { recursive: true }, onChange);
    return watchPath(dirname(path), (_event, name) => {
      if (name === null || name === basename(path)) onChange();
    });
  } catch (error) {
    throw new Failure(`cannot watch ${path}: ${reasonOf(error)}`, REFUSED, { cause: error });
  }
}
