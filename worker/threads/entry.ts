import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/**
 * Where a thread starts: in the sources that is the worker's main.ts, in a bundle whatever the process was started with. Both
 * hand over to start.ts.
 */
export function threadEntry(): URL {
  if (import.meta.url.endsWith('.ts')) return new URL('../main.ts', import.meta.url);
  return pathToFileURL(realpathSync(process.argv[1] ?? ''));
}
