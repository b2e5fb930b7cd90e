import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import type { QuickjsAnswer, QuickjsCall } from '../../worker/agents/tools/quickjs/messages.ts';
import { ThreadPool } from '../../worker/agents/tools/threads/pool.ts';
import { evaluation, never, quickjsCall as call } from './quickjs-call.ts';

const pool = new ThreadPool<QuickjsCall, QuickjsAnswer>('quickjs', 2);

afterAll(() => pool.close());

describe('a script that does not end', () => {
  const loop = 'export default () => { for (;;) {} }';

  test('is ended at its deadline, and the thread serves on', async () => {
    const answer = await pool.run(call(loop, { timeoutMs: 200 }), never, 'job');
    expect(answer).toEqual({ kind: 'error', message: 'it ran longer than 0.2 s' });
    expect(await evaluation(pool, 'return 1')).toEqual({ kind: 'output', output: 1 });
  });

  test('is ended when its job is', async () => {
    const job = new AbortController();
    const reason = new Error('cancelled');
    setTimeout(() => job.abort(reason), 50);
    await expect(pool.run(call(loop), job.signal, 'job')).rejects.toBe(reason);
    expect(await evaluation(pool, 'return 1')).toEqual({ kind: 'output', output: 1 });
  });

  test('is never begun when its job ended while it waited', async () => {
    const small = new ThreadPool<QuickjsCall, QuickjsAnswer>('quickjs', 1);
    const job = new AbortController();
    const first = small.run(call(loop, { timeoutMs: 100 }), never, 'job');
    const second = small.run(call('export default () => 2'), job.signal, 'job');
    const third = small.run(call('export default () => 3'), never, 'job');
    job.abort(new Error('cancelled'));
    await expect(second).rejects.toThrow('cancelled');
    expect((await first).kind).toBe('error');
    expect(await third).toEqual({ kind: 'output', output: 3 });
    await small.close();
  });

  test('leaves the event loop free', async () => {
    await evaluation(pool, 'return 0');
    const running = pool.run(call(loop, { timeoutMs: 400 }), never, 'job');
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    let turns = 0;
    const until = Date.now() + 300;
    while (Date.now() < until) {
      await sleep(1);
      turns += 1;
    }
    delay.disable();
    await running;
    // A script on this thread would have allowed not one.
    expect(turns).toBeGreaterThan(10);
    expect(delay.count).toBeGreaterThan(5);
  });
});
