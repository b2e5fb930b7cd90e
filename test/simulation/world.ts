import { memoryEvents } from '../../worker/adapters/memory/events.ts';
import { memoryQueue } from '../../worker/adapters/memory/queue.ts';
import type { MemoryQueue } from '../../worker/adapters/memory/queue.ts';
import { memoryStore } from '../../worker/adapters/memory/store.ts';
import { cancelJob } from '../../worker/jobs/manage/cancel-job.ts';
import { Progress, STEPS, agentOf } from './agent.ts';
import { brokenStore } from './broken-store.ts';
import type { Broken } from './broken-store.ts';
import { VirtualClock, numbersFrom } from './virtual-clock.ts';
import type { Fault } from './wire.ts';
import { optionsOf, watchRates } from './limits.ts';
import { startWorker } from './worker.ts';
import type { Shared, SimulatedWorker } from './worker.ts';

/** What a seed came to. */
export interface Outcome {
  readonly violations: readonly string[];
  readonly faults: ReadonlyMap<Fault, number>;
}

const JOBS = 8;
const WORKERS = 3;
const LEASE_MS = 3_000;
/** Faults happen for so long; then it is calm, and everything has to come to its end. */
const STORM_MS = 40_000;
const CALM_MS = 30 * 60_000;

interface Scene extends Shared {
  readonly progress: Progress;
  readonly model: { awayUntil: number };
}

function startOne(scene: Scene, owner: string): SimulatedWorker {
  const { clock, progress, store, model, happened } = scene;
  const settings = { owner, concurrency: 2, leaseMs: LEASE_MS, patienceMs: CALM_MS };
  return startWorker(scene, settings, ({ condition, call }) =>
    agentOf(clock, condition, progress, store, call, model, happened, LEASE_MS),
  );
}

async function publish(queue: MemoryQueue, jobId: string, id: string): Promise<void> {
  const options = optionsOf(jobId);
  const job = { job_id: jobId, trace_id: 't', agent_definition: { a: 1 }, input_payload: { b: 1 }, options };
  const body = new TextEncoder().encode(JSON.stringify(job));
  await queue.publish({ id, subject: 'agent.execute.x', headers: {}, body });
}

/** Everything that can go wrong, at the pace that the seed says. */
async function storm(scene: Scene, workers: SimulatedWorker[], random: () => number): Promise<void> {
  const { clock, queue, servers, model, happened, store, progress } = scene;
  const end = clock.monotonic() + STORM_MS;
  for (let count = 0; clock.monotonic() < end; count += 1) {
    await clock.sleep(200 + random() * 2_000);
    const index = Math.floor(random() * workers.length);
    const until = clock.monotonic() + 500 + random() * 8_000;
    const what = Math.floor(random() * 12);
    const replace = (): void => void (workers[index] = startOne(scene, `w${count}`));
    if (what === 0) {
      happened('kill');
      const victim = workers[index];
      if (victim) victim.condition.dead = true;
      replace();
    }
    if (what === 1) {
      happened('freeze');
      const victim = workers[index];
      if (victim) victim.condition.frozenUntil = Math.max(victim.condition.frozenUntil, until);
    }
    if (what === 2) {
      happened('stop');
      workers[index]?.stop();
      replace();
    }
    if (what === 3) servers.awayUntil.store = until;
    if (what === 4) servers.awayUntil.queue = until;
    if (what === 5) servers.awayUntil.events = until;
    if (what === 6) servers.lossy = random() < 0.5 ? 0.05 : 0;
    if (what === 7) {
      happened('duplicate');
      await publish(queue, `j${Math.floor(random() * JOBS)}`, `again-${count}`);
    }
    if (what === 8) model.awayUntil = until;
    if (what === 9 && random() < 0.3) {
      const ending = { store, clock, queue, settings: { prefix: 'agent', group: 'g', publicUrl: '' } };
      const { answer } = await cancelJob(ending, `j${Math.floor(random() * JOBS)}`);
      if (answer === 'requested' || answer === 'cancelled') happened('cancel');
    }
    if (what === 11) {
      // Streams keep messages for longer than it takes to note them.
      const { messages } = await queue.peek(0, 1);
      const [place, message] = [Number(messages[0]?.id.split(':')[1]), messages[0]?.body];
      const jobId = /"job_id":"(\w+)"/.exec(new TextDecoder().decode(message))?.[1];
      if (jobId !== undefined && (await store.read(jobId)) && queue.age(place)) happened('aged out');
    }
    if (what === 10) {
      const jobId = `j${Math.floor(random() * JOBS)}`;
      if ((await store.retry(jobId)) === 'retried') {
        happened('retry');
        progress.ends.set(jobId, (progress.ends.get(jobId) ?? 1) + 1);
      }
    }
  }
  servers.lossy = 0;
}

/** What must hold when all is calm again, whatever happened. */
async function violationsOf({ store, queue, events, progress }: Scene): Promise<readonly string[]> {
  const found = [...progress.violations];
  for (let index = 0; index < JOBS; index += 1) {
    const jobId = `j${index}`;
    const record = await store.read(jobId);
    if (record?.finishedAt === undefined) found.push(`${jobId} has no end`);
    const ends = progress.ends.get(jobId) ?? 1;
    const results = queue.published.filter(({ subject, body }) => {
      const text = new TextDecoder().decode(body);
      return subject.startsWith('agent.status.') && text.includes(`"subject":"${jobId}"`);
    });
    if (results.length !== ends) found.push(`${jobId} has ${results.length} results of ${ends} ends`);
    const { events: live } = await events.read(jobId, undefined, 10_000);
    const closed = live.filter(({ type }) => type === 'end').length;
    // The one of an end that was taken back may come after the events of the next attempt, and is dropped then.
    if (closed > ends || live.at(-1)?.type !== 'end')
      found.push(
        `${jobId} has ${closed} ends in its stream of ${ends}, and ${live.at(-1)?.type ?? 'nothing'} last`,
      );
    if (record?.status === 'completed' && progress.steps.get(jobId) !== STEPS)
      found.push(`${jobId} is completed after ${progress.steps.get(jobId) ?? 0} steps`);
  }
  return found;
}

/** Runs one seed. The same seed gives the same run. */
export async function simulate(seed: number, broken?: Broken): Promise<Outcome> {
  const clock = new VirtualClock(numbersFrom(seed));
  const faults = new Map<Fault, number>();
  const progress = new Progress();
  const scene: Scene = {
    clock,
    queue: memoryQueue(clock, 'agent', LEASE_MS),
    store: watchRates(brokenStore(memoryStore(clock), broken), clock, progress.violations),
    events: memoryEvents(clock, 10_000),
    servers: { awayUntil: { store: 0, queue: 0, events: 0 }, lossy: 0 },
    progress,
    model: { awayUntil: 0 },
    happened: (fault) => faults.set(fault, (faults.get(fault) ?? 0) + 1),
  };
  for (let index = 0; index < JOBS; index += 1) await publish(scene.queue, `j${index}`, `m${index}`);
  const workers = Array.from({ length: WORKERS }, (_, index) => startOne(scene, `first-${index}`));
  let calm = false;
  void storm(scene, workers, numbersFrom(seed + 1_000_003)).then(() => {
    calm = true;
  });
  await clock.run(() => calm, 2 * STORM_MS + CALM_MS);
  let settled = false;
  const watch = async (): Promise<void> => {
    for (let round = 0; round < CALM_MS / 5_000 && !settled; round += 1) {
      await clock.sleep(5_000);
      settled = (await violationsOf(scene)).length === scene.progress.violations.length;
    }
    settled = true;
  };
  void watch();
  await clock.run(() => settled, CALM_MS + 60_000);
  return { violations: await violationsOf(scene), faults };
}
