import { describe, expect, test } from 'vitest';
import { Failure } from '../../worker/jobs/rules/failures.ts';
import { until } from '../engine/until.ts';
import { attempts, start, succeed } from './fixture.ts';

/** Refuses this often, and not any more. */
function awayFor(times: number): () => void {
  let left = times;
  return () => {
    left -= 1;
    if (left >= 0) throw new Failure('STORE_UNAVAILABLE', 'away');
  };
}

describe('what does not stop a job', () => {
  test('a stream that is away', async () => {
    const append = () => Promise.reject(new Error('away'));
    const { agent } = attempts(async (run) => {
      run.emit({ type: 'on_llm_stream', data: { message_id: 'm', node: 'n', content: 'a' } });
      return succeed();
    });
    const { publish, result, counts } = start({ agent, events: { append } });
    await publish('j');
    expect(await result('j')).toHaveProperty('result');
    await until('the loss is counted', async () => (counts.get('stream_dropped') ?? 0) > 0);
  });

  test('a store that is away when the end is to be recorded', async () => {
    const away = awayFor(3);
    const { publish, result, counts } = start({
      store: (store) => ({
        finish: async (...args) => {
          away();
          return store.finish(...args);
        },
      }),
    });
    await publish('j');
    expect(await result('j')).toHaveProperty('result');
    expect(counts.get('store_error')).toBe(3);
  });

  test('a store that refuses the result: the job has failed by that name', async () => {
    let asked = 0;
    const { publish, result, counts } = start({
      store: (store) => ({
        finish: async (lease, end, messages) => {
          asked += 1;
          if (end.status === 'completed') throw new Failure('STORE_REFUSED', 'cannot keep it');
          return store.finish(lease, end, messages);
        },
      }),
    });
    await publish('j');
    expect(await result('j')).toMatchObject({ error: { code: 'STORE_REFUSED', message: 'cannot keep it' } });
    expect([asked, counts.get('failed'), counts.get('store_error')]).toEqual([2, 1, undefined]);
  });

  test('a store that is away when the job is to be claimed', async () => {
    const away = awayFor(2);
    const { publish, result } = start({
      store: (store) => ({
        claim: async (...args) => {
          away();
          return store.claim(...args);
        },
      }),
    });
    await publish('j');
    expect(await result('j')).toHaveProperty('result');
  });
});
