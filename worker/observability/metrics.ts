import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { JobCounter, Meter } from '../jobs/parts.ts';
import { stepMeter } from './step-metrics.ts';

const PREFIX = 'deepagents_runtime_';

/** Counters that one happening adds to; `jobs_total` and the message counters have lines of their own below. */
const COUNTERS = {
  redelivered: ['redeliveries_total', 'Messages delivered more than once.'],
  invalid: ['invalid_messages_total', 'Messages that could not be read as a job.'],
  conflict: ['conflicts_total', 'Messages whose job id belongs to another job.'],
  retried: ['retries_total', 'Attempts that failed and are made again.'],
  parked: ['parked_total', 'Jobs put in the store to wait for what they need, or to run alone.'],
  drained: ['drained_total', 'Jobs handed back because the worker was stopped.'],
  resumed: ['resumes_total', 'Jobs that went on from a checkpoint.'],
  lease_lost: ['lease_lost_total', 'Jobs whose lease went to another worker.'],
  dead_letter: ['dead_letters_total', 'Messages put aside for a person to look at.'],
  requeued: ['requeued_total', 'Jobs taken up from the store as their message was lost.'],
  pruned: ['pruned_total', 'Old jobs that were forgotten.'],
  store_error: ['db_connection_errors_total', 'PostgreSQL did not answer.'],
  stream_error: ['redis_publish_errors_total', 'Live events could not be stored.'],
  stream_dropped: ['stream_dropped_total', 'Live events lost because the stream was away.'],
  webhook: ['webhooks_total', 'Clients that were told by a webhook how their run ended.'],
  webhook_lost: ['webhooks_lost_total', 'Webhooks that were given up.'],
  model_turn: ['model_waits_total', 'Calls of models that waited for their turn (MODEL_RATES).'],
  cron: ['crons_total', 'Runs that crons have asked for.'],
  cron_skipped: ['crons_skipped_total', 'Due times of crons that were left without a run.'],
} as const satisfies Partial<Record<JobCounter, readonly [string, string]>>;

/** What the HTTP server counts. */
export interface HttpMeter {
  request(method: string, endpoint: string, status: number, seconds: number): void;
  health(type: 'liveness' | 'readiness', healthy: boolean): void;
  /** Somebody follows a job: +1 or −1. */
  watching(change: 1 | -1): void;
}

/** All metrics of a worker, in one registry. */
export interface Metrics {
  readonly meter: Meter;
  readonly http: HttpMeter;
  /** The text that Prometheus scrapes. */
  scrape(): Promise<string>;
  readonly contentType: string;
}

/** What is measured only when somebody asks. */
export interface Gauges {
  readonly capacity: number;
  outbox(): Promise<{ readonly pending: number; readonly oldestMs: number }>;
}

const DURATIONS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const LATENCIES = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 300];

function isCounted(what: JobCounter): what is keyof typeof COUNTERS {
  return what in COUNTERS;
}

function jobMeter(registers: Registry[]): Meter {
  const counter = (name: string, help: string): Counter =>
    new Counter({ name: PREFIX + name, help, registers });
  const jobs = new Counter({
    name: `${PREFIX}jobs_total`,
    help: 'Jobs that ended, by status.',
    labelNames: ['status'],
    registers,
  });
  const published = new Counter({
    name: `${PREFIX}redis_publish_total`,
    help: 'Live events stored, by type.',
    labelNames: ['event_type'],
    registers,
  });
  const processed = counter('nats_messages_processed_total', 'Messages taken from the queue.');
  const failed = counter('nats_messages_failed_total', 'Messages whose job failed, or that were no job.');
  const counters = new Map(
    Object.entries(COUNTERS).map(([what, [name, help]]) => [what, counter(name, help)]),
  );
  const inFlight = new Gauge({ name: `${PREFIX}jobs_in_flight`, help: 'Jobs running now.', registers });
  const histogram = (name: string, help: string, buckets: number[]): Histogram =>
    new Histogram({ name: PREFIX + name, help, buckets, registers });
  const times = {
    job: histogram('job_duration_seconds', 'Time from claim to end of an attempt.', DURATIONS),
    queue_wait: histogram(
      'queue_wait_seconds',
      'Time from publish to first delivery of a message.',
      LATENCIES,
    ),
  };
  return {
    count(what, by = 1) {
      if (isCounted(what)) counters.get(what)?.inc(by);
      if (what === 'received' || what === 'redelivered') processed.inc(by);
      if (what === 'failed' || what === 'invalid' || what === 'conflict') failed.inc(by);
      if (what === 'completed' || what === 'failed' || what === 'cancelled') jobs.inc({ status: what }, by);
    },
    time: (what, seconds) => times[what].observe(seconds),
    step: stepMeter(PREFIX, LATENCIES, registers),
    event: (type) => published.inc({ event_type: type }),
    running: (change) => inFlight.inc(change),
  };
}

function httpMeter(registers: Registry[]): HttpMeter {
  const requests = new Counter({
    name: `${PREFIX}http_requests_total`,
    help: 'HTTP requests.',
    labelNames: ['method', 'endpoint', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: `${PREFIX}http_request_duration_seconds`,
    help: 'Time to answer an HTTP request.',
    labelNames: ['method', 'endpoint'],
    buckets: LATENCIES,
    registers,
  });
  const checks = new Counter({
    name: `${PREFIX}health_checks_total`,
    help: 'Probes answered.',
    labelNames: ['type', 'status'],
    registers,
  });
  const watchers = new Gauge({
    name: `${PREFIX}stream_watchers`,
    help: 'Connections that follow a job now.',
    registers,
  });
  return {
    request(method, endpoint, status, seconds) {
      requests.inc({ method, endpoint, status: String(status) });
      durations.observe({ method, endpoint }, seconds);
    },
    health: (type, healthy) => checks.inc({ type, status: healthy ? 'healthy' : 'unhealthy' }),
    watching: (change) => watchers.inc(change),
  };
}

export function openMetrics(gauges: Gauges): Metrics {
  const registry = new Registry();
  const registers = [registry];
  // With it comes nodejs_eventloop_lag_seconds.
  collectDefaultMetrics({ register: registry });
  new Gauge({ name: `${PREFIX}capacity`, help: 'Jobs that can run at once.', registers }).set(
    gauges.capacity,
  );
  const pending = new Gauge({
    name: `${PREFIX}outbox_pending`,
    help: 'Events written but not yet known to be published.',
    registers,
  });
  const oldest = new Gauge({
    name: `${PREFIX}outbox_oldest_seconds`,
    help: 'Age of the oldest of them.',
    registers,
  });
  return {
    meter: jobMeter(registers),
    http: httpMeter(registers),
    contentType: registry.contentType,
    async scrape() {
      const found = await gauges.outbox().catch(() => undefined);
      pending.set(found?.pending ?? NaN);
      oldest.set(found ? found.oldestMs / 1000 : NaN);
      return registry.metrics();
    },
  };
}
