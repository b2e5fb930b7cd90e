import { workerData } from 'node:worker_threads';
import { isJsonObject } from '../json.ts';

/** Does the work of a thread, if this is one: what it is for comes with it. Answers whether it was. */
export async function startedAsThread(): Promise<boolean> {
  const started: unknown = workerData;
  const role = isJsonObject(started) ? started['role'] : undefined;
  if (role === 'heartbeat') (await import('../adapters/thread/start.ts')).startThread();
  else if (role === 'quickjs') (await import('../agents/tools/quickjs/thread.ts')).serveScripts();
  else if (role === 'arguments') (await import('../agents/tools/arguments/thread.ts')).serveArguments();
  else return false;
  return true;
}
