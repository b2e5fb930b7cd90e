import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from '../../test/servers/world.ts';
import { quantile } from '../measure.ts';
import { underLoad } from './load.ts';
import type { Observer } from './load.ts';
import { start } from './program.ts';
import { busy, streaming } from './shapes.ts';

/** How long a probe waited for its answer, in milliseconds. */
export interface Probe {
  readonly path: string;
  readonly asked: number;
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

/** Answers that are slow to come are what makes a kubelet kill a Pod, so each probe is asked again at once. */
const PAUSE_MS = 20;

/** Asks /health and /ready while one worker streams 50 answers and runs tools that never pause. */
export async function measureProbes(file: string, world: World, observer: Observer): Promise<Probe[]> {
  const env = { ...world.env, WORKER_CONCURRENCY: '54' };
  await using worker = await start(file, [], env);
  const ending = new AbortController();
  const probes = ['/health', '/ready'].map((path) => probe(worker.url, path, ending.signal));
  await Promise.all([
    underLoad(world, [worker], observer, { shape: streaming, latencyMs: 0, jobs: 100, inFlight: 50 }),
    underLoad(world, [worker], observer, { shape: busy, latencyMs: 0, jobs: 12, inFlight: 4 }),
  ]);
  ending.abort();
  return await Promise.all(probes);
}

async function probe(url: string, path: string, ending: AbortSignal): Promise<Probe> {
  const waits: number[] = [];
  while (!ending.aborted) {
    const asked = performance.now();
    const { ok } = await fetch(`${url}${path}`);
    if (!ok) throw new Error(`${path} failed under load`);
    waits.push(performance.now() - asked);
    await sleep(PAUSE_MS);
  }
  return {
    path,
    asked: waits.length,
    p50: quantile(waits, 0.5),
    p99: quantile(waits, 0.99),
    longest: Math.max(...waits),
  };
}
