import { memoryEvents } from '../../worker/adapters/memory/events.ts';
import { memoryQueue } from '../../worker/adapters/memory/queue.ts';
import { memoryStore } from '../../worker/adapters/memory/store.ts';
import { Failure } from '../../worker/jobs/rules/failures.ts';
import type { JsonObject } from '../../worker/json.ts';
import type { Agent } from '../../worker/ports.ts';
import { VirtualClock, numbersFrom } from './virtual-clock.ts';
import { startWorker } from './worker.ts';
import type { Shared } from './worker.ts';
import { modelStep } from '../stubs/model-step.ts';

/** Two providers, of which one may be away. */
export interface Scenario {
  /** Jobs of the provider that is away, all there from the start. */
  readonly waiting: number;
  /** What a call of it takes before it fails, in milliseconds. */
  readonly failsAfterMs: number;
  readonly awayMs: number;
}

/** What came of it. Times are virtual milliseconds. */
export interface Observed {
  /** Each job of the other provider: when it was published, counted from the start, and what it took to its end. */
  readonly neighbours: readonly { readonly atMs: number; readonly tookMs: number }[];
  /** The most slots of one worker that were held at once by jobs which began when it left their provider alone. */
  readonly held: number;
  /** Calls of the provider while it was away. */
  readonly calls: number;
  /** Jobs that are not completed in the end. */
  readonly unfinished: number;
}

const WORKERS = 2;
const SLOTS = 5;
const LEASE_MS = 30_000;
const CALL_MS = 500;
const NEIGHBOUR_MS = 2_000;

/** The provider that the definition of a job names. */
const providerOf = ({ provider }: JsonObject): string => (provider === 'away' ? 'away' : 'here');

/** Runs both providers' jobs through an outage of one. The same seed gives the same run. */
export async function simulateOutage(seed: number, scenario: Scenario): Promise<Observed> {
  const clock = new VirtualClock(numbersFrom(seed));
  const shared: Shared = {
    clock,
    queue: memoryQueue(clock, 'agent', LEASE_MS),
    store: memoryStore(clock),
    events: memoryEvents(clock, 10_000),
    servers: { awayUntil: { store: 0, queue: 0, events: 0 }, lossy: 0 },
    happened: () => {},
  };
  const begun = clock.monotonic();
  const awayUntil = begun + scenario.awayMs;
  let [held, calls] = [0, 0];
  const ends = new Map<string, number>();
  const agentOf = (isLeftAlone: () => boolean): Agent => {
    let here = 0;
    return {
      check: () => [],
      needs: (definition) => [providerOf(definition)],
      forget: async () => {},
      async run({ jobId, definition }, run) {
        const source = providerOf(definition);
        const isAway = source === 'away' && clock.monotonic() < awayUntil;
        const isProbe = isAway && isLeftAlone();
        calls += isAway ? 1 : 0;
        here += isProbe ? 1 : 0;
        held = Math.max(held, here);
        await clock.sleep(isAway ? scenario.failsAfterMs : CALL_MS, run.signal);
        here -= isProbe ? 1 : 0;
        run.signal.throwIfAborted();
        if (isAway) throw new Failure('MODEL_UNAVAILABLE', 'away', { source });
        run.stepped(modelStep(source));
        ends.set(jobId, clock.monotonic());
        return { kind: 'completed', result: { output: 'done', status: 'completed' }, resumed: false };
      },
    };
  };
  for (let index = 0; index < scenario.waiting; index += 1) await publish(shared, `away-${index}`, 'away');
  for (let index = 0; index < WORKERS; index += 1) {
    const settings = { owner: `w${index}`, concurrency: SLOTS, leaseMs: LEASE_MS, patienceMs: 6 * 3_600_000 };
    const worker = startWorker(shared, settings, () => agentOf(() => 'away' in worker.breakers.reasons()));
  }
  const published: number[] = [];
  const publishing = async (): Promise<void> => {
    while (clock.monotonic() < awayUntil) {
      published.push(clock.monotonic());
      await publish(shared, `here-${published.length - 1}`, 'here');
      await clock.sleep(NEIGHBOUR_MS);
    }
  };
  void publishing();
  const isDone = (): boolean =>
    clock.monotonic() > awayUntil && ends.size === scenario.waiting + published.length;
  await clock.run(isDone, scenario.awayMs + 3_600_000);
  return {
    neighbours: published.map((at, index) => ({
      atMs: at - begun,
      tookMs: (ends.get(`here-${index}`) ?? Infinity) - at,
    })),
    held,
    calls,
    unfinished: scenario.waiting + published.length - ends.size,
  };
}

async function publish({ queue }: Shared, jobId: string, provider: string): Promise<void> {
  const job = { job_id: jobId, trace_id: 't', agent_definition: { provider }, input_payload: { b: 1 } };
  const body = new TextEncoder().encode(JSON.stringify(job));
  await queue.publish({ id: jobId, subject: 'agent.execute.x', headers: {}, body });
}
