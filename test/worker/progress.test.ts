import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Progress } from '../../worker/commands/progress.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a run at a terminal is never silent for twenty seconds', () => {
  const said: string[] = [];
  const progress = new Progress('http://127.0.0.1:11434/v1', (text) => said.push(text.trim()));
  vi.advanceTimersByTime(10_000);
  progress.heard('word_count');
  vi.advanceTimersByTime(9_000);
  progress.heard('the model');
  vi.advanceTimersByTime(20_000);
  progress.close();
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual([
    '… waiting for the model, 10.0 s so far',
    '… waiting for the model, 29.0 s so far',
    '… waiting for the model, 39.0 s so far',
  ]);
});
