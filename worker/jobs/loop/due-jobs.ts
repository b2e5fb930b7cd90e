import type { Clock } from '../../ports.ts';
import { SUSPECT_CRASHES } from '../../job-store.ts';
import type { JobStore } from '../../job-store.ts';
import type { Breakers } from './breakers.ts';
import type { InHand } from './in-hand.ts';
import { fromStore } from '../rules/job.ts';
import type { Incoming } from '../rules/job.ts';
import type { JobSettings } from '../parts.ts';

/** The store is asked this often while nothing is due: other workers may have put jobs there. */
const ASK_MS = 1_000;
/** And no oftener than this. */
const LEAST_MS = 20;
const MANY = 4;

/** Jobs that wait in the store, for all slots of a worker. */
export class DueJobs {
  readonly #store: Pick<JobStore, 'takeDue'>;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #settings: Pick<JobSettings, 'owner' | 'leaseMs' | 'prefix'>;
  readonly #breakers: Breakers;
  readonly #inHand: InHand;
  #askAt = 0;
  #watched = false;
  #inARow = 0;

  constructor(
    store: Pick<JobStore, 'takeDue'>,
    clock: Pick<Clock, 'monotonic'>,
    settings: Pick<JobSettings, 'owner' | 'leaseMs' | 'prefix'>,
    breakers: Breakers,
    inHand: InHand,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#settings = settings;
    this.#breakers = breakers;
    this.#inHand = inHand;
  }

  /** The job that is due longest; undefined when none is, or when one has just been asked for. */
  async take(): Promise<Incoming | undefined> {
    const asked = this.#clock.monotonic();
    if (asked < this.#askAt) return undefined;
    this.#askAt = asked + ASK_MS;
    const { owner, leaseMs, prefix } = this.#settings;
    const alone = this.#inHand.enterAlone();
    const blocked = this.#breakers.blocked();
    const looking = {};
    this.#breakers.reserve(looking);
    let suspect = false;
    try {
      const { job, nextMs, suspects } = await this.#store.takeDue({ owner, leaseMs, blocked, alone });
      suspect = (job?.claim.trouble.crashes ?? 0) >= SUSPECT_CRASHES;
      this.#inHand.noteSuspects(suspects);
      if (job) this.#inARow += 1;
      if (job) this.#askAt = 0;
      else this.soon(nextMs ?? ASK_MS);
      const incoming = job && fromStore(job, asked, prefix);
      if (incoming) this.#breakers.found(looking, incoming);
      return incoming;
    } finally {
      this.#breakers.end(looking);
      if (alone && !suspect) this.#inHand.leaveAlone();
    }
  }

  /** True once after so many jobs: somebody else may have waited for long. */
  gaveMany(): boolean {
    if (this.#inARow < MANY) return false;
    this.#inARow = 0;
    return true;
  }

  /** Milliseconds until it is worth asking again. */
  get waitMs(): number {
    return Math.max(1, this.#askAt - this.#clock.monotonic());
  }

  /** A job will be due in so many milliseconds. */
  soon(ms: number): void {
    this.#askAt = Math.min(this.#askAt, this.#clock.monotonic() + Math.max(LEAST_MS, ms));
  }

  /** One slot at a time waits no longer for a message than for the next job of the store; the others wait as long as they like. */
  async watch<T>(work: (watching: boolean) => Promise<T>): Promise<T> {
    const mine = !this.#watched;
    if (mine) this.#watched = true;
    try {
      return await work(mine);
    } finally {
      if (mine) this.#watched = false;
    }
  }
}
