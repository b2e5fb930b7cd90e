import { describe, expect, test } from 'vitest';
import { newTraceparent } from '../../worker/jobs/digest.ts';
import { jobOf } from '../../worker/jobs/rules/job.ts';
import { until } from '../engine/until.ts';
import { start } from './fixture.ts';

describe('a message that is no job', () => {
  test('is kept as it came, and is not delivered again', async () => {
    const { publishRaw, published, queue, counts } = start();
    await publishRaw('bad', '{"not": "a job"');
    await until('the dead letter is there', async () => published('.dead').length === 1);
    expect(published('.dead')).toEqual(['{"not": "a job"']);
    expect(queue.published.find(({ subject }) => subject === 'agent.dead')?.headers).toMatchObject({
      'Agent-Dead-Code': 'INVALID_EVENT',
    });
    expect(counts.get('redelivered')).toBeUndefined();
    expect(published('.failed')).toEqual([]);
    expect(published('.refused').map((text) => JSON.parse(text) as unknown)).toMatchObject([
      {
        type: 'dev.my-platform.agent.refused',
        data: { job_id: null, message: 'memory:1', error: { code: 'INVALID_EVENT' } },
      },
    ]);
  });

  test('but names one, fails that one', async () => {
    const { publish, result, types } = start();
    await publish('j', { agent_definition: {} });
    expect(await result('j')).toMatchObject({
      error: { code: 'INVALID_EVENT', message: 'agent_definition: expected an object that is not empty' },
    });
    await until('its stream is closed', async () => (await types('j')).length === 2);
    expect(await types('j')).toEqual(['error', 'end']);
  });

  test('but names one that is known, leaves that one alone', async () => {
    const { publish, result, published } = start();
    await publish('j');
    await result('j');
    await publish('j', { agent_definition: {} });
    await until('its publisher is told', async () => published('.refused').length === 1);
    expect(published('.dead')).toHaveLength(1);
    expect(published('.failed')).toEqual([]);
    expect(JSON.parse(published('.refused')[0] ?? '')).toMatchObject({
      subject: 'j',
      data: { job_id: 'j', trace_id: 't', error: { code: 'INVALID_EVENT' } },
    });
  });

  test('makes room for the job that corrects it', async () => {
    const { publish, result, published, types } = start();
    await publish('j', { agent_definition: {} });
    await result('j');
    await publish('j');
    await until('it is completed', async () => published('.completed').length === 1);
    const ids = [...published('.failed'), ...published('.completed')].map(
      (text) => (JSON.parse(text) as { id: string }).id,
    );
    expect(new Set(ids).size).toBe(2);
    await until(
      'its stream is closed again',
      async () => (await types('j')).at(-1) === 'end' && (await types('j')).length > 2,
    );
  });
});

test('a job whose id is taken by another is refused in an event of its own', async () => {
  const { publish, result, published } = start();
  await publish('j');
  await result('j');
  await publish('j', { input_payload: { other: true } });
  await until('its publisher is told', async () => published('.refused').length === 1);
  expect(JSON.parse(published('.refused')[0] ?? '')).toMatchObject({
    data: { job_id: 'j', error: { code: 'CONFLICTING_PAYLOAD' } },
  });
});

describe('poison', () => {
  test('a job whose worker dies on every attempt ends after the last one', async () => {
    const { publish, result, parts } = start();
    const { store } = parts;
    // Worker after worker claimed it and was gone.
    await publish('warm-up');
    await result('warm-up');
    const job = jobOf(
      {
        jobId: 'j',
        traceId: 't',
        traceparent: newTraceparent('j'),
        definition: { a: 1 },
        input: { b: 1 },
      },
      parts.agent,
    ).stored;
    await until('it is claimed', async () => (await store.claim(job, 'gone', 1)).kind === 'claimed');
    await until('and once more', async () => (await store.claim(job, 'gone', 1)).kind === 'claimed');
    expect(await store.park(job)).toBe('known');
    const alone = { owner: 'gone', leaseMs: 1, blocked: [], alone: true };
    for (let crash = 2; crash < 4; crash += 1)
      await until('it is taken alone', async () => (await store.takeDue(alone)).job !== undefined);
    await publish('j');
    expect(await result('j')).toMatchObject({ error: { code: 'ATTEMPTS_EXHAUSTED' } });
  });

  test('a message that the worker itself stumbles over is put aside in the end', async () => {
    const { publish, published } = start({
      store: () => ({ claim: () => Promise.reject(new TypeError('a bug')) }),
    });
    await publish('j');
    await until('the dead letter is there', async () => published('.dead').length === 1);
    expect(published('.completed')).toEqual([]);
  });
});
