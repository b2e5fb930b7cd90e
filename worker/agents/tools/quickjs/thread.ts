import { serveCalls } from '../threads/serve.ts';
import { runScript } from './script.ts';

/** What a thread for scripts does. */
export function serveScripts(): void {
  serveCalls(runScript);
}
