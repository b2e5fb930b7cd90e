import { describe, expect, test } from 'vitest';
import { newJob } from '../../worker/jobs/handle-message.ts';
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
    await until('the dead letter is there', async () => published('.dead').length === 1);
    expect(published('.failed')).toEqual([]);
  });
});

describe('poison', () => {
  test('a job whose worker dies on every attempt ends after the last one', async () => {
    const { publish, result, parts } = start();
    const { store } = parts;
    // Three workers claimed it and were gone.
    await publish('warm-up');
    await result('warm-up');
    const job = newJob({
      jobId: 'j',
      traceId: 't',
      traceparent: undefined,
      definition: { a: 1 },
      input: { b: 1 },
    });
    for (let attempt = 0; attempt < 3; attempt += 1)
      await until('it is claimed', async () => (await store.claim(job, 'gone', 1)).kind === 'claimed');
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
