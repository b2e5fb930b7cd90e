import { describe, expect, test } from 'vitest';
import { simulateOutage } from './outage.ts';

const MINUTE_MS = 60_000;

/** Messages of jobs that cannot run now are put aside one by one: those behind them wait for so long. */
const PUT_ASIDE_MS = 2_000;

describe.each([
  { reason: 'that breaks connections', failsAfterMs: 250, waiting: 500, minutes: 20 },
  { reason: 'that lets calls hang', failsAfterMs: 20_000, waiting: 100, minutes: 5 },
])('$minutes minutes of a provider $reason under $waiting jobs', ({ failsAfterMs, waiting, minutes }) => {
  test('cost the jobs of another nothing, once the first calls have failed', async () => {
    const awayMs = minutes * MINUTE_MS;
    const alone = await simulateOutage(1, { waiting: 0, failsAfterMs, awayMs });
    const beside = await simulateOutage(1, { waiting, failsAfterMs, awayMs });
    const slowest = Math.max(...alone.neighbours.map(({ tookMs }) => tookMs));
    const after = beside.neighbours.filter(({ atMs }) => atMs > failsAfterMs + PUT_ASIDE_MS);
    expect(after.length).toBeGreaterThan(0.9 * alone.neighbours.length);
    expect(Math.max(...after.map(({ tookMs }) => tookMs)) / slowest).toBeLessThan(1.1);
    expect({ held: beside.held, unfinished: beside.unfinished }).toEqual({ held: 1, unfinished: 0 });
    expect(beside.calls).toBeLessThan(awayMs / 1_000);
  }, 300_000);
});
