import { createServer } from 'node:http';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { listen } from './listen.ts';
import type { Address } from './options.ts';
import type { Call, Observer } from './run-function.ts';

/** What Prometheus is told. */
export class Metrics implements Observer {
  readonly #registry = new Registry();
  readonly #calls: Counter<'kind' | 'outcome'>;
  readonly #durations: Histogram<'kind'>;
  readonly #inFlight: Gauge;

  constructor() {
    const registers = [this.#registry];
    this.#calls = new Counter({
      name: 'function_calls_total',
      help: 'Calls by kind of claim and outcome: composed, refused (a fatal result), malformed or failed.',
      labelNames: ['kind', 'outcome'],
      registers,
    });
    this.#durations = new Histogram({
      name: 'function_call_duration_seconds',
      help: 'From a whole request to its answer.',
      labelNames: ['kind'],
      buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
      registers,
    });
    this.#inFlight = new Gauge({
      name: 'function_calls_in_flight',
      help: 'Calls that have begun and are not over, those whose request is on its way included.',
      registers,
    });
    collectDefaultMetrics({ register: this.#registry });
  }

  begun(): void {
    this.#inFlight.inc();
  }

  over(): void {
    this.#inFlight.dec();
  }

  answered({ kind, outcome, seconds }: Call): void {
    this.#calls.inc({ kind, outcome });
    this.#durations.observe({ kind }, seconds);
  }

  /** In Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }
}

/**
 * Serves /metrics and /healthz, which is 503 once `isServing` says no, and answers the port. Plain HTTP: a kubelet has no certificate.
 * @throws an Error that says why the address cannot be listened on
 */
export async function serveMetrics(
  address: Address,
  metrics: Metrics,
  isServing: () => boolean,
): Promise<number> {
  const server = createServer((request, response) => {
    const reply = (code: number, type: string, body: string) =>
      response.writeHead(code, { 'content-type': type }).end(body);
    const { url } = request;
    if (url === '/metrics') void metrics.text().then((text) => reply(200, metrics.contentType, text));
    else if (url !== '/healthz') reply(404, 'text/plain', 'try /metrics or /healthz\n');
    else if (isServing()) reply(200, 'text/plain', 'ok\n');
    else reply(503, 'text/plain', 'draining\n');
  });
  return listen(server, address);
}
