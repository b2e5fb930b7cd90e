import type { Clock } from '../../ports.ts';
import type { Failure } from '../rules/failures.ts';
import { failures } from '../rules/failures.ts';
import { sourcesOf } from '../rules/needs.ts';
import { backoff } from '../rules/retry.ts';
import type { RetryPolicy } from '../rules/retry.ts';

/** So many failures in a row, of whatever jobs, and a source is left alone. */
const THRESHOLD = 3;

interface Breaker {
  failures: number;
  /** Monotonic milliseconds; in the past it may be asked by one job. */
  openUntil: number;
  /** That job. */
  probe: object | undefined;
  reason: string;
}

/**
 * What jobs need and this worker cannot use now: a provider that is away, or that does not accept its key. While it is left
 * alone no job that needs it is begun here; then one job tries, and either all may follow or the wait grows.
 */
export class Breakers {
  readonly #clock: Pick<Clock, 'monotonic' | 'random'>;
  readonly #policy: Pick<RetryPolicy, 'baseMs' | 'maxMs'>;
  readonly #bySource = new Map<string, Breaker>();

  constructor(clock: Pick<Clock, 'monotonic' | 'random'>, policy: Pick<RetryPolicy, 'baseMs' | 'maxMs'>) {
    this.#clock = clock;
    this.#policy = policy;
  }

  /** Sources that no job may ask now. */
  blocked(): readonly string[] {
    return [...this.#bySource].filter(([, one]) => this.#isLeftAlone(one)).map(([source]) => source);
  }

  /** Codes of the failures for which sources are left alone, by source. */
  reasons(): Readonly<Record<string, string>> {
    const open = [...this.#bySource].filter(([, { openUntil }]) => openUntil > 0);
    return Object.fromEntries(open.map(([source, { reason }]) => [source, reason]));
  }

  /**
   * Whether a job may begin that needs these. Where a source may be asked by one job it is this one, from now on until `end`;
   * what was reserved for it and it does not need is free again.
   */
  begin(job: object, needs: readonly string[]): boolean {
    const ways = needs.map((need) => this.#wayTo(job, need));
    const breakers = ways.flatMap((way) => way ?? []);
    for (const one of this.#bySource.values())
      if (one.probe === job && !breakers.includes(one)) one.probe = undefined;
    const isFree = !ways.includes(undefined);
    if (isFree) for (const one of breakers) if (one.openUntil > 0) one.probe = job;
    return isFree;
  }

  /** Whether a job that has begun may ask this one of several sources. Where one job may, it is this one from now on. */
  mayAsk(job: object, source: string): boolean {
    const one = this.#bySource.get(source);
    if (one === undefined || one.openUntil === 0) return true;
    if (!this.#mayTry(job, one)) return false;
    one.probe = job;
    return true;
  }

  /** Keeps what may be asked by one job for the one that is being looked for. */
  reserve(looking: object): void {
    for (const one of this.#bySource.values())
      if (one.openUntil > 0 && !this.#isLeftAlone(one)) one.probe = looking;
  }

  /** It has been found. */
  found(looking: object, job: object): void {
    for (const one of this.#bySource.values()) if (one.probe === looking) one.probe = job;
  }

  /** A job is through, whatever it found out. */
  end(job: object): void {
    for (const one of this.#bySource.values()) if (one.probe === job) one.probe = undefined;
  }

  answered(source: string): void {
    this.#bySource.delete(source);
  }

  /** True when this failure is the one from which on the source is left alone. */
  failed({ source, code, retryAfterMs = 0 }: Failure): boolean {
    const { retry } = failures[code];
    if (source === undefined || retry === 'never') return false;
    const now = this.#clock.monotonic();
    const breaker = this.#bySource.get(source) ?? { failures: 0, openUntil: 0, probe: undefined, reason: '' };
    this.#bySource.set(source, breaker);
    // Jobs that were under way already say nothing new.
    if (breaker.openUntil > now) return false;
    const before = breaker.failures;
    breaker.failures = retry === 'elsewhere' ? Math.max(THRESHOLD, before + 1) : before + 1;
    breaker.reason = code;
    if (breaker.failures < THRESHOLD) return false;
    const wait = backoff(breaker.failures - THRESHOLD + 1, this.#policy, this.#clock.random());
    // What one model or tool asks for may not concern the others: somebody looks after the longest wait.
    breaker.openUntil = now + Math.max(wait, Math.min(retryAfterMs, this.#policy.maxMs));
    // A job that goes on without it may take long; the next to try is whoever comes.
    breaker.probe = undefined;
    return before < THRESHOLD;
  }

  /** What the job would have to try for a need: nothing where one of its sources is well, undefined where it may try none. */
  #wayTo(job: object, need: string): readonly Breaker[] | undefined {
    const whole = this.#bySource.get(need);
    if (whole !== undefined && !this.#mayTry(job, whole)) return undefined;
    const sources = sourcesOf(need);
    const broken = sources.flatMap((source) => this.#bySource.get(source) ?? []).filter(isBroken);
    if (broken.length < sources.length) return whole ? [whole] : [];
    const tried = broken.find((one) => this.#mayTry(job, one));
    return tried && [tried, ...(whole ? [whole] : [])];
  }

  #mayTry(job: object, one: Breaker): boolean {
    return one.probe === job || !this.#isLeftAlone(one);
  }

  #isLeftAlone({ openUntil, probe }: Breaker): boolean {
    return openUntil > this.#clock.monotonic() || probe !== undefined;
  }
}

function isBroken({ openUntil }: Breaker): boolean {
  return openUntil > 0;
}
