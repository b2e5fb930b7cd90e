import { describe, expect, test } from 'vitest';
import { Failure } from '../../worker/jobs/rules/failures.ts';
import { until } from '../engine/until.ts';
import { attempts, hang, start } from './fixture.ts';

describe('a lease that is lost', () => {
  test('ends the run, and its worker says nothing of the job', async () => {
    const { agent } = attempts(hang, () => new Promise<never>(() => {}));
    const { publish, counts, published } = start({
      agent,
      store: () => ({
        renew: async (leases) =>
          leases.map((lease) => ({ ...lease, held: false, renewed: false, cancelRequested: false })),
      }),
    });
    await publish('j');
    await until('the loss is noticed', async () => (counts.get('lease_lost') ?? 0) > 0);
    expect(published('.completed')).toEqual([]);
    expect(published('.failed')).toEqual([]);
  });

  test('when it cannot be renewed in time, the run ends', async () => {
    const { agent } = attempts(hang);
    const { publish, counts } = start({
      agent,
      store: () => ({ renew: () => Promise.reject(new Failure('STORE_UNAVAILABLE', 'away')) }),
    });
    await publish('j');
    await until('the loss is noticed', async () => (counts.get('lease_lost') ?? 0) > 0);
    expect(counts.get('completed')).toBeUndefined();
  });

  test('an end that the store refuses is not published', async () => {
    const { publish, counts, published, types } = start({ store: () => ({ finish: async () => false }) });
    await publish('j');
    await until('the refusal is counted', async () => (counts.get('lease_lost') ?? 0) > 0);
    expect(published('.completed')).toEqual([]);
    expect(await types('j')).toEqual([]);
  });
});
