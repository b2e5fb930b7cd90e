import { parentPort } from 'node:worker_threads';
import { STARTED } from './pool.ts';
import type { PoolError } from './pool.ts';

/** Serves the calls of a pool inside a thread, one after the other, until the thread is ended from outside. */
export function serveCalls<Call, Answer>(answer: (call: Call) => Promise<Answer>): void {
  const port = parentPort;
  if (port === null) throw new Error('cannot serve calls: this is not a thread');
  const say = (given: Answer | PoolError | typeof STARTED): void => port.postMessage(given);
  port.on('message', (call: Call) => {
    answer(call).then(say, (error: unknown) => say({ kind: 'error', message: String(error) }));
  });
  say(STARTED);
}
