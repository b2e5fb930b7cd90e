import { workerData } from 'node:worker_threads';
import { isJsonObject } from './json.ts';

// Threads of this program start here as well, because the bundle has no other file: what they are for comes with them.
const started: unknown = workerData;
if (isJsonObject(started) && started['role'] === 'heartbeat') {
  const { startThread } = await import('./adapters/thread/start.ts');
  startThread();
} else if (isJsonObject(started) && started['role'] === 'quickjs') {
  const { serveScripts } = await import('./agents/tools/quickjs/thread.ts');
  serveScripts();
} else if (isJsonObject(started) && started['role'] === 'arguments') {
  const { serveArguments } = await import('./agents/tools/arguments/thread.ts');
  serveArguments();
} else {
  const { main } = await import('../command-line/main.ts');
  const { worker } = await import('./program.ts');
  await main(worker);
}
