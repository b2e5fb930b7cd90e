import { once } from 'node:events';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { watch as watchFiles } from 'chokidar';
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
  for (const path of paths) expectPath(path);
  // Hidden folders and node_modules hold no claims.
  const watcher = watchFiles([...paths], {
    ignoreInitial: true,
    ignored: (path) => !paths.includes(path) && /^(\.[^.]|node_modules$)/.test(basename(path)),
  });
  watcher.on('all', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      terminal.say('\nnote: changed, rendering again');
      void run();
    }, settle);
  });
  await once(watcher, 'ready');
  await run();
  terminal.say(`note: watching ${paths.join(', ')}; Ctrl-C ends it`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  await watcher.close();
  clearTimeout(timer);
  await last;
  return DONE;
}

function expectPath(path: string): void {
  try {
    statSync(path);
  } catch (error) {
    throw new Failure(`cannot watch ${path}: ${reasonOf(error)}`, REFUSED, { cause: error });
  }
}
