import { expect, test } from 'vitest';
import { liveness } from '../../worker/jobs/liveness.ts';

test('a loop that falls silent is dead, one that is busy or went round is not', () => {
  let now = 0;
  const loops = liveness({ monotonic: () => now });
  const [steady, busy] = [loops.watch('steady', 1_000), loops.watch('busy', 1_000)];
  loops.watch('silent', 1_000);
  busy.busy();
  now = 900;
  steady.beat();
  expect(loops.dead()).toEqual([]);
  now = 1_500;
  expect(loops.dead()).toEqual(['silent']);
  now = 2_000;
  expect(loops.dead()).toEqual(['steady', 'silent']);
  busy.beat();
  now = 3_500;
  expect(loops.dead()).toEqual(['steady', 'busy', 'silent']);
});
