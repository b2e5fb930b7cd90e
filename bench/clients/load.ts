import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, fetch } from 'undici';
import type { Response } from 'undici';
import type { JsonObject } from '../../worker/json.ts';
import { until } from '../../test/engine/until.ts';
import { quantile } from '../measure.ts';
import { metric } from '../worker/program.ts';
import type { Worker } from '../worker/program.ts';
import type { Traffic } from './traffic.ts';

/** What a worker costs that has nothing to do. */
export interface Idle {
  readonly megabytes: number;
  readonly cpuPercent: number;
  /** Milliseconds that `/ready` takes, of the slowest hundredth. */
  readonly readyMs: number;
  /** What it asks of its servers in a second. */
  readonly transactions: number;
  readonly commands: number;
}

const SECONDS = 30;

/** Looks for half a minute at a worker that is left alone. */
export async function watchIdle(worker: Worker, traffic: Traffic): Promise<Idle> {
  await sleep(5_000);
  const [cpu, started] = [await metric(worker, 'process_cpu_seconds_total'), performance.now()];
  const before = await traffic.total();
  const times: number[] = [];
  while (performance.now() - started < SECONDS * 1_000) {
    const asked = performance.now();
    await (await fetch(`${worker.url}/ready`)).text();
    times.push(performance.now() - asked);
    await sleep(200);
  }
  const [used, after] = [(await metric(worker, 'process_cpu_seconds_total')) - cpu, await traffic.total()];
  const seconds = (performance.now() - started) / 1_000;
  return {
    megabytes: (await metric(worker, 'process_resident_memory_bytes')) / 1e6,
    cpuPercent: (used / seconds) * 100,
    readyMs: quantile(times, 0.99),
    transactions: (after.transactions - before.transactions) / seconds,
    commands: (after.commands - before.commands) / seconds,
  };
}

async function send({ url }: Worker, path: string, body: JsonObject): Promise<JsonObject> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as JsonObject;
}

function runOf(definition: JsonObject, more: JsonObject = {}): JsonObject {
  return {
    assistant_id: 'agent',
    if_not_exists: 'create',
    input: { messages: [{ role: 'user', content: 'Draw.' }] },
    config: { configurable: { agent_definition: definition } },
    ...more,
  };
}

/** A worker with so many runs whose agent has asked a person. */
export async function measureWaiting(
  worker: Worker,
  traffic: Traffic,
  asking: JsonObject,
  count: number,
): Promise<Idle> {
  for (let run = 0; run < count; run += 1) await send(worker, `/threads/${randomUUID()}/runs`, runOf(asking));
  await until(
    'all of them ask',
    async () => Number(await send(worker, '/threads/count', { status: 'interrupted' })) === count,
    { seconds: 300 },
  );
  return watchIdle(worker, traffic);
}

/** A worker with so many open streams, each of a run that is still to begin. */
export async function measureStreams(
  worker: Worker,
  traffic: Traffic,
  asking: JsonObject,
  count: number,
): Promise<Idle> {
  const dispatcher = new Agent({ connections: count, bodyTimeout: 0 });
  const streams: Response[] = [];
  // One after the other: it is what they cost that is measured, not how fast they come.
  while (streams.length < count) {
    const thread = randomUUID();
    const { run_id } = await send(worker, `/threads/${thread}/runs`, runOf(asking, { after_seconds: 3_600 }));
    const response = await fetch(`${worker.url}/threads/${thread}/runs/${run_id as string}/stream`, {
      dispatcher,
    });
    if (!response.ok) throw new Error(`a stream answered ${response.status}`);
    streams.push(response);
  }
  const idle = await watchIdle(worker, traffic);
  await Promise.all(streams.map(async ({ body }) => body?.cancel()));
  await dispatcher.destroy();
  return idle;
}
