import { randomUUID } from 'node:crypto';
import { systemClock } from '../adapters/clock.ts';
import { memoryEvents } from '../adapters/memory/events.ts';
import { memoryQueue } from '../adapters/memory/queue.ts';
import { memoryStore } from '../adapters/memory/store.ts';
import type { Config } from '../config/config.ts';
import { noDefinitions } from '../jobs/agents/definitions.ts';
import { background } from '../jobs/background.ts';
import { completeParts } from '../jobs/complete-parts.ts';
import { Breakers } from '../jobs/loop/breakers.ts';
import { newTraceparent } from '../jobs/digest.ts';
import { leaseKeeper, timerHeartbeats } from '../jobs/loop/lease-keeper.ts';
import { writeMessage } from '../jobs/rules/message.ts';
import type { JobSettings, Log, Meter, Parts } from '../jobs/parts.ts';
import { liveness } from '../jobs/liveness.ts';
import { runJobs } from '../jobs/loop/run-jobs.ts';
import { isJsonObject, parseJson } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { Agent, JobEvent } from '../ports.ts';
import { noTracing } from '../observability/tracing.ts';

const PREFIX = 'agent';
const PAGE = 100;
/** In this process no news is lost. */
const WATCH_MS = 60_000;

/** Nobody scrapes a command. */
const noMeter: Meter = {
  count: () => {},
  time: () => {},
  step: () => {},
  event: () => {},
  running: () => {},
};

/** The whole loop of `serve` over memory in place of servers. */
function memoryParts(agent: Agent, jobs: Config['jobs'], log: Log) {
  const clock = systemClock;
  const queue = memoryQueue(clock, PREFIX, jobs.leaseMs);
  const store = memoryStore(clock);
  const heartbeats = timerHeartbeats(clock, store, queue, jobs.leaseMs, () => {});
  const times = { leaseMs: jobs.leaseMs, keepMs: jobs.timeoutMs + jobs.leaseMs };
  const tail = background();
  const events = memoryEvents(clock, 100_000);
  const retry = { ...jobs.retry, elsewhereMs: 0 };
  const settings: JobSettings = {
    owner: 'run',
    concurrency: 1,
    leaseMs: jobs.leaseMs,
    jobTimeoutMs: jobs.timeoutMs,
    // There is no other worker to wait for.
    retry,
    retentionMs: jobs.retentionMs,
    historyMs: jobs.historyMs,
    prefix: PREFIX,
    group: 'agent-executor-workers',
    publicUrl: '',
    modelRates: jobs.modelRates,
  };
  const given = {
    queue,
    store,
    events,
    agent,
    definitions: noDefinitions,
    clock,
    leases: leaseKeeper(clock, times, heartbeats),
    breakers: new Breakers(clock, retry),
    meter: noMeter,
    log,
    settings,
    trace: noTracing.trace,
    hide: (text: string) => text,
    ended: () => {},
    background: (work: Promise<unknown>) => tail.add(work),
  };
  return { parts: completeParts(given, () => {}), queue, tail };
}

/** Shows events until the end of the job. */
async function follow(
  { events }: Pick<Parts, 'events'>,
  jobId: string,
  show: (event: JobEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const watch = events.watch(jobId);
  let after: string | undefined;
  while (!signal.aborted) {
    const page = await events.read(jobId, after, PAGE);
    for (const event of page.events) {
      show(event);
      after = event.id;
      if (event.type === 'end') return watch.close();
    }
    if (page.events.length === 0) await watch.changed(after, WATCH_MS, signal);
  }
  watch.close();
}

/** Runs one job the way `serve` does, with nothing but this process. Gives `data` of the result event. */
export async function tryJob(
  agent: Agent,
  definition: JsonObject,
  input: JsonObject,
  jobs: Config['jobs'],
  log: Log,
  show: (event: JobEvent) => void,
): Promise<JsonObject> {
  const { parts, queue, tail } = memoryParts(agent, jobs, log);
  // Of no other run: keys of tools with side effects begin with it.
  const jobId = `run-${randomUUID()}`;
  const request = {
    jobId,
    traceId: jobId,
    traceparent: newTraceparent(jobId),
    definition,
    input,
  };
  const body = new TextEncoder().encode(writeMessage(request));
  await queue.publish({ id: jobId, subject: `${PREFIX}.execute.${jobId}`, headers: {}, body });
  const stop = new AbortController();
  const running = runJobs(parts, liveness(parts.clock), { drain: stop.signal, now: stop.signal });
  await follow(parts, jobId, show, stop.signal);
  await tail.settled();
  stop.abort();
  await Promise.all([running, parts.outbox.close(), parts.leases.close()]);
  const result = queue.published.find(({ subject }) => subject.startsWith(`${PREFIX}.status.`));
  const event = parseJson(new TextDecoder().decode(result?.body));
  return isJsonObject(event) && isJsonObject(event['data']) ? event['data'] : {};
}
