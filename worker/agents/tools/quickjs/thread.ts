import { parentPort } from 'node:worker_threads';
import type { QuickjsAnswer, QuickjsCall } from './messages.ts';
import { runScript } from './script.ts';

/** Serves calls one after the other until the thread is ended from outside. */
export function serveScripts(): void {
  const port = parentPort;
  if (port === null) throw new Error('cannot serve scripts: this is not a thread');
  port.on('message', (call: QuickjsCall) => {
    const answer = (given: QuickjsAnswer): void => port.postMessage(given);
    runScript(call).then(answer, (error: unknown) => answer({ kind: 'error', message: String(error) }));
  });
}
