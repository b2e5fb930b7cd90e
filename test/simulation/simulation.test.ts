import { expect, test } from 'vitest';
import { FAULTS } from './wire.ts';
import { simulate } from './world.ts';
import type { Broken } from './broken-store.ts';

const SEEDS = 200;

test(`${SEEDS} seeds: every job has one end, one result and one end of its stream, and no older token after a newer`, async () => {
  const happened = new Set<string>();
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { violations, faults } = await simulate(seed);
    expect(violations, `seed ${seed}`).toEqual([]);
    for (const fault of faults.keys()) happened.add(fault);
  }
  expect(
    [...FAULTS].filter((fault) => !happened.has(fault)),
    'faults that never happened',
  ).toEqual([]);
}, 600_000);

test('a claim whose answer came after the lease begins nothing (seed 1333)', async () => {
  expect((await simulate(1333)).violations).toEqual([]);
});

test('a seed repeats exactly', async () => {
  expect(await simulate(7)).toEqual(await simulate(7));
});

test.each(['fence', 'outbox', 'lease', 'key'] satisfies Broken[])(
  'a broken %s is found',
  async (broken) => {
    let found: readonly string[] = [];
    for (let seed = 1; seed <= SEEDS && found.length === 0; seed += 1)
      found = (await simulate(seed, broken)).violations;
    expect(found).not.toEqual([]);
  },
  600_000,
);
