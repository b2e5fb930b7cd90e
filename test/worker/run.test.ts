import { describe, expect, test } from 'vitest';
import { Failure } from '../../worker/jobs/rules/failures.ts';
import { newTraceparent } from '../../worker/jobs/digest.ts';
import { jobOf } from '../../worker/jobs/rules/job.ts';
import { until } from '../engine/until.ts';
import { attempts, fail, hang, start, succeed } from './fixture.ts';

describe('a job', () => {
  test('completes: one result, one end, and its message is gone', async () => {
    const { publish, result, types, queue, counts } = start();
    await publish('j');
    expect(await result('j')).toMatchObject({ job_id: 'j', result: { output: 'done' } });
    await until('the end is stored', async () => (await types('j')).includes('end'));
    expect(await types('j')).toEqual(['end']);
    expect(await queue.backlog()).toBe(0);
    expect(counts.get('completed')).toBe(1);
  });

  test('that fails for a while is tried again and completes', async () => {
    const { agent, made } = attempts(fail('MODEL_UNAVAILABLE'), fail('MODEL_UNAVAILABLE'), succeed);
    const { publish, result, counts, published } = start({ agent });
    await publish('j');
    expect(await result('j')).toHaveProperty('result');
    expect(made()).toBe(3);
    expect(counts.get('retried')).toBe(2);
    expect(published('.dead')).toEqual([]);
  });

  test('that fails for good fails at once, without a dead letter', async () => {
    const { agent, made } = attempts(fail('MODEL_REFUSED'));
    const { publish, result, types, published } = start({ agent });
    await publish('j');
    expect(await result('j')).toMatchObject({
      error: { code: 'MODEL_REFUSED', message: 'the model said no' },
    });
    expect(made()).toBe(1);
    await until('the end is stored', async () => (await types('j')).includes('end'));
    expect(await types('j')).toEqual(['error', 'end']);
    expect(published('.dead')).toEqual([]);
  });

  test('that fails on every attempt fails with a dead letter', async () => {
    const { agent, made } = attempts(fail('TOOL_TIMEOUT'));
    const { publish, result, published } = start({ agent });
    await publish('j');
    expect(await result('j')).toMatchObject({ error: { code: 'TOOL_TIMEOUT' } });
    expect(made()).toBe(3);
    await until('the dead letter is there', async () => published('.dead').length === 1);
  });

  test('whose model stays away fails when patience has an end, however often it was tried', async () => {
    const { agent, made } = attempts(fail('MODEL_UNAVAILABLE'));
    const { publish, result, published } = start({ agent });
    await publish('j');
    expect(await result('j')).toMatchObject({ error: { code: 'MODEL_UNAVAILABLE' } });
    expect(made()).toBeGreaterThan(3);
    await until('the dead letter is there', async () => published('.dead').length === 1);
  });

  test('that runs too long is ended, even when its agent does not listen', async () => {
    const { agent } = attempts(() => new Promise<never>(() => {}));
    const { publish, result } = start({ agent, settings: { jobTimeoutMs: 50 } });
    await publish('j');
    expect(await result('j')).toMatchObject({ error: { code: 'JOB_TIMEOUT' } });
  });

  test('that is cancelled ends within a heartbeat', async () => {
    const { agent } = attempts(hang);
    const { publish, result, parts } = start({ agent });
    await publish('j');
    await until('it runs', async () => (await parts.store.read('j'))?.status === 'running');
    await parts.store.cancel('j', 1, { code: 'CANCELLED', message: 'x' }, []);
    expect(await result('j')).toMatchObject({ error: { code: 'CANCELLED' } });
    expect((await parts.store.read('j'))?.status).toBe('cancelled');
  });

  test('that meets an unexpected error says so without the text of the error', async () => {
    const { agent } = attempts(() => Promise.reject(new TypeError('password is hunter2')));
    const { publish, result } = start({ agent });
    await publish('j');
    const data = await result('j');
    expect(data).toMatchObject({ error: { code: 'INTERNAL' } });
    expect(JSON.stringify(data)).not.toContain('hunter2');
  });

  test('whose failure quotes a secret keeps it to itself', async () => {
    const { agent } = attempts(() => Promise.reject(new Failure('MODEL_REFUSED', 'wrong key: hunter2')));
    const { publish, result } = start({ agent });
    await publish('j');
    expect(await result('j')).toMatchObject({ error: { message: 'wrong key: …' } });
  });

  test('published twice runs once and has one result', async () => {
    const { agent, made } = attempts(succeed);
    const { publish, result, published, queue } = start({ agent });
    await publish('j');
    await publish('j');
    await result('j');
    await until('both messages are gone', async () => (await queue.backlog()) === 0);
    expect(made()).toBe(1);
    expect(published('.completed')).toHaveLength(1);
  });

  test('a message is not held up by jobs of the store, however many there are', async () => {
    const begun: string[] = [];
    let release = () => {};
    const published = new Promise<void>((resolve) => (release = resolve));
    const { agent } = attempts(async (_, { jobId }) => {
      begun.push(jobId);
      await published;
      return succeed();
    });
    const { publish, result } = start({
      agent,
      store(inner) {
        const request = {
          traceId: 't',
          traceparent: newTraceparent('t'),
          definition: { a: 1 },
          input: { b: 1 },
        };
        for (let index = 0; index < 20; index += 1)
          void inner.park(jobOf({ ...request, jobId: `stored-${index}` }, { needs: () => [] }).stored);
        return {};
      },
    });
    await until('the first of the store has begun', async () => begun.length > 0);
    await publish('message');
    release();
    await result('message');
    expect(begun.indexOf('message')).toBe(4);
  });

  test('under the id of another job is put aside, and the other one is not touched', async () => {
    const { publish, result, published, counts } = start();
    await publish('j');
    await result('j');
    await publish('j', { input_payload: { other: true } });
    await until('the dead letter is there', async () => published('.dead').length === 1);
    expect(counts.get('conflict')).toBe(1);
    expect(published('.failed')).toEqual([]);
  });
});

test('a job that failed is taken up again when it is retried, and has another result', async () => {
  const { agent, made } = attempts(fail('TOOL_FAILED'), succeed);
  const { publish, result, parts, published, types } = start({ agent });
  await publish('j');
  expect(await result('j')).toHaveProperty('error.code', 'TOOL_FAILED');
  await until('its stream is closed', async () => (await types('j')).at(-1) === 'end');
  expect(await parts.store.retry('j')).toBe('retried');
  await until('it is completed', async () => published('.completed').length === 1);
  expect(made()).toBe(2);
  await until('its stream is closed again', async () => (await types('j')).length === 4);
  expect(await types('j')).toEqual(['error', 'end', 'on_attempt', 'end']);
  const ids = [...published('.failed'), ...published('.completed')].map(
    (text) => (JSON.parse(text) as { id: string }).id,
  );
  expect(new Set(ids).size).toBe(2);
});
