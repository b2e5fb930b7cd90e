import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Failure } from '../../../jobs/rules/failures.ts';
import { threadEntry } from '../../../threads/entry.ts';

/** What a thread of a pool is started with. */
export interface PoolData {
  readonly role: 'quickjs' | 'arguments';
}

/** The first word of a thread: its time counts from then on. */
export const STARTED = 'started';

/** What cannot be done, in words for the model. */
export interface PoolError {
  readonly kind: 'error';
  readonly message: string;
}

/** Work that does not stop at its deadline is stuck: its thread is ended after this many milliseconds. */
const GRACE_MS = 1_000;

/** Calls of one job that may wait. */
const MOST_WAITING = 100;

interface Waiting<Call, Answer> {
  readonly call: Call;
  readonly job: string;
  readonly signal: AbortSignal;
  readonly resolve: (answer: Answer | PoolError) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Does work on threads, one call on each at a time, so that none of it keeps the worker from its own. Threads are started as
 * they are needed and have no environment. Jobs take turns: the next call is one of the job that has the fewest under way, and
 * no job has all threads.
 */
export class ThreadPool<Call extends { readonly timeoutMs: number }, Answer> {
  readonly #role: PoolData['role'];
  readonly #size: number;
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();
  readonly #started = new WeakSet<Worker>();
  readonly #queue: Waiting<Call, Answer>[] = [];
  readonly #running = new Map<string, number>();
  #closed = false;

  constructor(role: PoolData['role'], size: number = Math.max(2, availableParallelism())) {
    this.#role = role;
    this.#size = size;
  }

  /**
   * The answer to a call of a job; rejects with the signal's reason when it fires first, and with a Failure after which the job
   * is tried again when the pool is closed.
   */
  run(call: Call, signal: AbortSignal, job: string): Promise<Answer | PoolError> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      if (this.#closed) return reject(this.#isClosed());
      if (this.#queue.filter((waiting) => waiting.job === job).length >= MOST_WAITING) {
        return resolve({
          kind: 'error',
          message: `more than ${MOST_WAITING} calls of the job wait for their turn`,
        });
      }
      this.#queue.push({ call, job, signal, resolve, reject });
      this.#next();
    });
  }

  /** Ends the threads. Calls under way and calls that wait are refused, and so is every later one. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#queue.splice(0)) reject(this.#isClosed());
    await Promise.all([...this.#all].map((thread) => thread.terminate()));
  }

  #isClosed(): Failure {
    return new Failure('TOOL_UNAVAILABLE', `cannot run the ${this.#role} thread: this worker stops`);
  }

  #died(cause: unknown): Failure {
    return new Failure('TOOL_FAILED', `cannot run the ${this.#role} thread: it died`, { cause });
  }

  #next(): void {
    const waiting = this.#takeNext();
    if (waiting === undefined) return;
    const thread = this.#idle.pop() ?? (this.#all.size < this.#size ? this.#start() : undefined);
    if (thread === undefined) return void this.#queue.unshift(waiting);
    this.#serve(thread, waiting);
  }

  /** Takes the call whose turn it is out of the queue. */
  #takeNext(): Waiting<Call, Answer> | undefined {
    for (const gone of this.#queue.filter(({ signal }) => signal.aborted)) {
      this.#queue.splice(this.#queue.indexOf(gone), 1);
      gone.reject(gone.signal.reason);
    }
    const most = Math.max(1, this.#size - 1);
    const running = ({ job }: Waiting<Call, Answer>): number => this.#running.get(job) ?? 0;
    const allowed = this.#queue.filter((waiting) => running(waiting) < most);
    const [first] = allowed.toSorted((one, other) => running(one) - running(other));
    if (first !== undefined) this.#queue.splice(this.#queue.indexOf(first), 1);
    return first;
  }

  #count(job: string, change: 1 | -1): void {
    const now = (this.#running.get(job) ?? 0) + change;
    if (now === 0) this.#running.delete(job);
    else this.#running.set(job, now);
  }

  #start(): Worker {
    const data: PoolData = { role: this.#role };
    const thread = new Worker(threadEntry(), {
      workerData: data,
      name: this.#role,
      env: {},
      argv: [],
      execArgv: [],
    });
    thread.unref();
    this.#all.add(thread);
    return thread;
  }

  #serve(thread: Worker, { call, job, signal, resolve, reject }: Waiting<Call, Answer>): void {
    const late: PoolError = {
      kind: 'error',
      message: `it ran longer than ${call.timeoutMs / 1000} s and was ended`,
    };
    let timer: NodeJS.Timeout | undefined;
    const begin = (): void => {
      this.#started.add(thread);
      timer = setTimeout(() => lose(() => resolve(late)), call.timeoutMs + GRACE_MS);
    };
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      thread.off('error', onError).off('exit', onError).off('message', onMessage);
      thread.unref();
      this.#count(job, -1);
    };
    // A thread in the middle of its work is of no more use.
    const lose = (tell: () => void): void => {
      finish();
      this.#all.delete(thread);
      void thread.terminate();
      tell();
      this.#next();
    };
    const onAbort = (): void => lose(() => reject(signal.reason));
    const onError = (cause: unknown): void =>
      lose(() => reject(this.#closed ? this.#isClosed() : this.#died(cause)));
    const onMessage = (message: Answer | typeof STARTED): void => {
      if (message === STARTED) return begin();
      finish();
      this.#idle.push(thread);
      resolve(message);
      this.#next();
    };
    this.#count(job, 1);
    signal.addEventListener('abort', onAbort, { once: true });
    thread.on('error', onError).on('exit', onError).on('message', onMessage);
    thread.ref();
    if (this.#started.has(thread)) begin();
    thread.postMessage(call);
  }
}
