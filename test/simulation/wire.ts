import { Failure } from '../../worker/jobs/rules/failures.ts';
import type { JobStore } from '../../worker/job-store.ts';
import type { Clock, EventStream, Queue } from '../../worker/ports.ts';

/** What can happen to a worker and to the servers, and how often it did. */
export const FAULTS = [
  'kill',
  'freeze',
  'stop',
  'store away',
  'queue away',
  'events away',
  'request lost',
  'answer lost',
  'duplicate',
  'cancel',
  'retry',
  'aged out',
  'model away',
  'step failed',
] as const;
export type Fault = (typeof FAULTS)[number];

/** One worker as its servers see it. */
export interface Condition {
  dead: boolean;
  /** Virtual time until which nothing of it moves. */
  frozenUntil: number;
}

/** The servers. Times are virtual: each is away until then. */
export interface Servers {
  readonly awayUntil: Record<'store' | 'queue' | 'events', number>;
  /** Share of calls of which the request or the answer is lost. */
  lossy: number;
}

const never = new Promise<never>(() => {});

/** Calls of a worker over a network that loses things. A dead worker hears nothing any more, and says nothing. */
export function wire(
  clock: Clock,
  condition: Condition,
  servers: Servers,
  happened: (fault: Fault) => void,
): <T>(server: 'store' | 'queue' | 'events', call: () => Promise<T>) => Promise<T> {
  const here = async (): Promise<void> => {
    if (condition.dead) await never;
    const left = condition.frozenUntil - clock.monotonic();
    if (left > 0) await clock.sleep(left);
    if (condition.dead) await never;
  };
  return async (server, call) => {
    const lost = (): never => {
      throw server === 'store' ? new Failure('STORE_UNAVAILABLE', 'away') : new Error('away');
    };
    await here();
    await clock.sleep(1 + clock.random() * 4);
    await here();
    if (servers.awayUntil[server] > clock.monotonic()) {
      happened(`${server} away`);
      lost();
    }
    if (clock.random() < servers.lossy) {
      happened('request lost');
      lost();
    }
    const answer = await call();
    await clock.sleep(1 + clock.random() * 4);
    await here();
    if (clock.random() < servers.lossy) {
      happened('answer lost');
      lost();
    }
    return answer;
  };
}

type Call = ReturnType<typeof wire>;

/** A store at the other end of the wire. */
export function storeOver(call: Call, store: JobStore): JobStore {
  return {
    accept: (...args) => call('store', () => store.accept(...args)),
    park: (...args) => call('store', () => store.park(...args)),
    claim: (...args) => call('store', () => store.claim(...args)),
    takeDue: (...args) => call('store', () => store.takeDue(...args)),
    takeTurn: (...args) => call('store', () => store.takeTurn(...args)),
    renew: (...args) => call('store', () => store.renew(...args)),
    finish: (...args) => call('store', () => store.finish(...args)),
    release: (...args) => call('store', () => store.release(...args)),
    reject: (...args) => call('store', () => store.reject(...args)),
    cancel: (...args) => call('store', () => store.cancel(...args)),
    overdue: (...args) => call('store', () => store.overdue(...args)),
    endOverdue: (...args) => call('store', () => store.endOverdue(...args)),
    retry: (...args) => call('store', () => store.retry(...args)),
    read: (...args) => call('store', () => store.read(...args)),
    request: (...args) => call('store', () => store.request(...args)),
    checkpoints: (...args) => call('store', () => store.checkpoints(...args)),
    list: (...args) => call('store', () => store.list(...args)),
    counts: (...args) => call('store', () => store.counts(...args)),
    finished: (...args) => call('store', () => store.finished(...args)),
    takeUnsent: (...args) => call('store', () => store.takeUnsent(...args)),
    sent: (...args) => call('store', () => store.sent(...args)),
    beginNoting: (...args) => call('store', () => store.beginNoting(...args)),
    note: (...args) => call('store', () => store.note(...args)),
    adopt: (...args) => call('store', () => store.adopt(...args)),
    expired: (...args) => call('store', () => store.expired(...args)),
    thin: (...args) => call('store', () => store.thin(...args)),
    remove: (...args) => call('store', () => store.remove(...args)),
    others: () => call('store', () => store.others()),
    outbox: () => call('store', () => store.outbox()),
    check: () => call('store', () => store.check()),
    close: () => Promise.resolve(),
  };
}

/** A queue at the other end of the wire; an acknowledgement is a request without an answer. */
export function queueOver(call: Call, queue: Queue): Queue {
  const say = (what: () => void): void =>
    void call('queue', () => {
      what();
      return Promise.resolve();
    }).catch(() => {});
  return {
    ...queue,
    async next(signal, waitMs) {
      const delivery = await call('queue', () => queue.next(signal, waitMs));
      return (
        delivery && {
          ...delivery,
          done: () => say(() => delivery.done()),
          retry: (ms) => say(() => delivery.retry(ms)),
          drop: (reason) => say(() => delivery.drop(reason)),
        }
      );
    },
    extend: (handle) => say(() => queue.extend(handle)),
    publish: (message) => call('queue', () => queue.publish(message)),
    backlog: () => call('queue', () => queue.backlog()),
    peek: (...args) => call('queue', () => queue.peek(...args)),
  };
}

export function eventsOver(call: Call, events: EventStream): EventStream {
  return { ...events, append: (...args) => call('events', () => events.append(...args)) };
}
