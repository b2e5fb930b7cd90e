import { expect, test } from 'vitest';
import { mainThread } from '../../worker/adapters/thread/main-thread.ts';

test('a main thread that was not heard for longer than the patience answers no more, which is said once a silence', () => {
  let [now, said] = [0, 0];
  const main = mainThread({ monotonic: () => now }, 1_000, () => (said += 1));
  const at = (time: number) => {
    now = time;
    return [main.answers(), said];
  };
  expect(at(1_000)).toEqual([true, 0]);
  expect(at(1_001)).toEqual([false, 1]);
  expect(at(1_500)).toEqual([false, 1]);
  main.heard();
  expect(at(2_500)).toEqual([true, 1]);
  expect(at(2_501)).toEqual([false, 2]);
});
