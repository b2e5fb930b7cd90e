import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Failure } from '../../../jobs/failures.ts';
import type { QuickjsAnswer, QuickjsCall, QuickjsData } from './messages.ts';

/** Threads start where the process did: in the sources that is main.ts, in the bundle it is the one file that there is. */
const entry = import.meta.url.endsWith('.ts')
  ? new URL('../../../main.ts', import.meta.url)
  : new URL(import.meta.url);

const data: QuickjsData = { role: 'quickjs' };

/** A script that does not stop at its deadline is stuck outside QuickJS: its thread is ended after this many milliseconds. */
const GRACE_MS = 1_000;

interface Waiting {
  readonly call: QuickjsCall;
  readonly signal: AbortSignal;
  readonly resolve: (answer: QuickjsAnswer) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Runs scripts on threads, one call on each at a time, so that none of them keeps the worker from its work. Threads are started
 * as they are needed and have no environment.
 */
export class QuickjsPool {
  readonly #size: number;
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();
  readonly #queue: Waiting[] = [];

  constructor(size: number = Math.max(2, availableParallelism())) {
    this.#size = size;
  }

  /** The answer of a script; rejects with the signal's reason when it fires first. */
  run(call: QuickjsCall, signal: AbortSignal): Promise<QuickjsAnswer> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      this.#queue.push({ call, signal, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((thread) => thread.terminate()));
  }

  #next(): void {
    const waiting = this.#queue.shift();
    if (waiting === undefined) return;
    if (waiting.signal.aborted) {
      waiting.reject(waiting.signal.reason);
      return this.#next();
    }
    const thread = this.#idle.pop() ?? (this.#all.size < this.#size ? this.#start() : undefined);
    if (thread === undefined) return void this.#queue.unshift(waiting);
    this.#serve(thread, waiting);
  }

  #start(): Worker {
    const thread = new Worker(entry, { workerData: data, name: 'quickjs', env: {}, argv: [], execArgv: [] });
    thread.unref();
    this.#all.add(thread);
    return thread;
  }

  #serve(thread: Worker, { call, signal, resolve, reject }: Waiting): void {
    const late = `it ran longer than ${call.timeoutMs / 1000} s and was ended`;
    const timer = setTimeout(() => lose({ kind: 'error', message: late }), call.timeoutMs + GRACE_MS);
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      thread.off('error', onError).off('exit', onError).off('message', onMessage);
      thread.unref();
    };
    // A thread in the middle of a script is of no more use.
    const lose = (outcome: QuickjsAnswer | { readonly kind: 'thrown'; readonly reason: unknown }): void => {
      finish();
      this.#all.delete(thread);
      void thread.terminate();
      if (outcome.kind === 'thrown') reject(outcome.reason);
      else resolve(outcome);
      this.#next();
    };
    const onAbort = (): void => lose({ kind: 'thrown', reason: signal.reason });
    const onError = (cause: unknown): void =>
      lose({
        kind: 'thrown',
        reason: new Failure('TOOL_FAILED', 'cannot run the script: its thread died', { cause }),
      });
    const onMessage = (answer: QuickjsAnswer): void => {
      finish();
      this.#idle.push(thread);
      resolve(answer);
      this.#next();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    thread.on('error', onError).on('exit', onError).on('message', onMessage);
    thread.ref();
    thread.postMessage(call);
  }
}
