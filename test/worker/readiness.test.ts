import { expect, test } from 'vitest';
import { systemClock } from '../../worker/adapters/clock.ts';
import type { Log } from '../../worker/jobs/parts.ts';
import { readiness } from '../../worker/observability/readiness.ts';
import { until } from '../engine/until.ts';

function recorder(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const note = (_fields: object, message: string): void => void lines.push(message);
  const log: Log = { debug: note, info: note, warn: note, error: note, child: () => log };
  return { log, lines };
}

const never = new AbortController().signal;

test('one that may fail later does not make the worker unready once it was well', async () => {
  let away = false;
  const check = () => (away ? Promise.reject(new Error('gone with a secret')) : Promise.resolve());
  const { log, lines } = recorder();
  const found = readiness(
    [
      { name: 'needed', check: () => Promise.resolve(), optionalLater: false },
      { name: 'extra', check, optionalLater: true },
    ],
    systemClock,
    log,
    (text) => text.replace('a secret', '…'),
  );
  await found.wait(['needed', 'extra'], never);
  expect(found.ready()).toBe(true);
  away = true;
  await until('the loss is noticed', async () => found.reasons()['extra'] !== undefined);
  expect(found.reasons()).toEqual({ needed: undefined, extra: 'gone with …' });
  expect(found.ready()).toBe(true);
  expect(lines).toEqual(['dependency is ready', 'dependency is ready', 'dependency is not ready']);
  await found.close();
});

test('one that throws, and one that never answers, only make the worker unready', async () => {
  const found = readiness(
    [
      {
        name: 'throws',
        check: () => {
          throw new Error('at once');
        },
        optionalLater: false,
      },
      { name: 'silent', check: () => new Promise<void>(() => {}), optionalLater: true },
    ],
    systemClock,
    recorder().log,
    (text) => text,
  );
  await until('both are known', async () => found.reasons()['silent'] === 'no answer within 3 s');
  expect(found.reasons()['throws']).toBe('at once');
  expect(found.ready()).toBe(false);
  await found.close();
});

test('an error that no waiting mends ends the wait', async () => {
  const fatal = new Error('too new');
  const found = readiness(
    [
      {
        name: 'one',
        check: () => Promise.reject(fatal),
        optionalLater: false,
        isFinal: (error) => error === fatal,
      },
    ],
    systemClock,
    recorder().log,
    (text) => text,
  );
  await expect(found.wait(['one'], never)).rejects.toBe(fatal);
  await found.close();
});
