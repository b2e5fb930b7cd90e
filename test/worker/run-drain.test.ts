import { describe, expect, test } from 'vitest';
import type { AgentOutcome, AgentRun } from '../../worker/ports.ts';
import { until } from '../engine/until.ts';
import { attempts, hang, start } from './fixture.ts';

describe('the end of a worker', () => {
  test('a job that drains is handed back, and the attempt does not count', async () => {
    const drained = (run: AgentRun) =>
      new Promise<AgentOutcome>((resolve) => {
        run.drain.addEventListener('abort', () => resolve({ kind: 'drained' }));
      });
    const { agent } = attempts(drained);
    const { publish, parts, stop, types } = start({ agent });
    await publish('j');
    await until('it runs', async () => (await parts.store.read('j'))?.status === 'running');
    await stop();
    expect(await parts.store.read('j')).toMatchObject({ status: 'queued', attempts: 0 });
    expect(await types('j'), 'nobody is told that it ended').toEqual([]);
  });

  test('a job that does not drain in time is handed back as it is', async () => {
    const { agent } = attempts(hang);
    const { publish, parts, stop } = start({ agent });
    await publish('j');
    await until('it runs', async () => (await parts.store.read('j'))?.status === 'running');
    await stop(true);
    expect(await parts.store.read('j')).toMatchObject({ status: 'queued', attempts: 0 });
  });
});
