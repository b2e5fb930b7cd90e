import { expect, test } from 'vitest';
import { systemClock } from '../../worker/adapters/clock.ts';
import { memoryEvents } from '../../worker/adapters/memory/events.ts';
import { waiting } from '../../worker/jobs/waiting.ts';
import { until } from '../engine/until.ts';

const never = new AbortController().signal;
/** Longer than a test may take. */
const LONG_MS = 600_000;

/** A store in which jobs are finished as soon as they are named, and what it was asked. */
function store() {
  const done = new Set<string>();
  const questions: (readonly string[])[] = [];
  return {
    done,
    questions,
    finished: (jobIds: readonly string[]) => {
      questions.push(jobIds);
      return Promise.resolve(jobIds.filter((jobId) => done.has(jobId)));
    },
  };
}

test('the store is asked once when the wait begins and once when the live events end, whatever comes between', async () => {
  const [jobs, events] = [store(), memoryEvents(systemClock, 100)];
  const waits = waiting(jobs, systemClock, LONG_MS, events);
  const finished = waits.until('a', never);
  await until('the store was asked', () => Promise.resolve(jobs.questions.length === 1));
  for (let i = 0; i < 50; i += 1) {
    await events.append('a', [{ type: 'on_llm_stream', data: { content: `${i}` } }], 1);
    await systemClock.sleep(1);
  }
  expect(jobs.questions).toEqual([['a']]);
  jobs.done.add('a');
  await events.append('a', [{ type: 'end', data: {} }], 1);
  expect(await finished).toBe(true);
  expect(jobs.questions).toEqual([['a'], ['a']]);
  await waits.close();
});

test('a job that is finished already is waited for no longer than one question takes', async () => {
  const jobs = store();
  jobs.done.add('a');
  const waits = waiting(jobs, systemClock, LONG_MS, memoryEvents(systemClock, 100));
  expect(await waits.until('a', never)).toBe(true);
  await waits.close();
});

test('one question is for all jobs that end at about the same time', async () => {
  const [jobs, events] = [store(), memoryEvents(systemClock, 100)];
  const waits = waiting(jobs, systemClock, LONG_MS, events);
  const ids = Array.from({ length: 200 }, (_, index) => `job-${index}`);
  const all = Promise.all(ids.map((jobId) => waits.until(jobId, never)));
  await until('the store was asked', () => Promise.resolve(jobs.questions.length > 0));
  for (const jobId of ids) {
    jobs.done.add(jobId);
    await events.append(jobId, [{ type: 'end', data: {} }], 1);
  }
  await all;
  expect(jobs.questions.length).toBeLessThan(ids.length / 4);
  await waits.close();
});

test('an end that was lost is found by asking', async () => {
  const jobs = store();
  const waits = waiting(jobs, systemClock, 20, memoryEvents(systemClock, 100));
  const finished = waits.until('a', never);
  await until('the store was asked', () => Promise.resolve(jobs.questions.length > 0));
  jobs.done.add('a');
  expect(await finished).toBe(true);
  await waits.close();
});

test('is over when the signal fires, and when the worker stops', async () => {
  const waits = waiting(store(), systemClock, LONG_MS, memoryEvents(systemClock, 100));
  const leaves = new AbortController();
  const [left, stays] = [waits.until('a', leaves.signal), waits.until('b', never)];
  leaves.abort();
  expect(await left).toBe(false);
  await waits.close();
  expect(await stays).toBe(false);
});
