import { expect, test } from 'vitest';
import type { QuickjsAnswer, QuickjsCall } from '../../worker/agents/tools/quickjs/messages.ts';
import { ThreadPool } from '../../worker/agents/tools/threads/pool.ts';

const never = new AbortController().signal;

function call(script: string, timeoutMs: number): QuickjsCall {
  return { script, args: {}, context: {}, timeoutMs, memoryMb: 32 };
}

const loop = call('export default () => { for (;;) {} }', 500);
const quick = call('export default () => 1', 5_000);

test('a job whose scripts do not end holds up its own calls and no other job’s', async () => {
  const pool = new ThreadPool<QuickjsCall, QuickjsAnswer>('quickjs', 2);
  const ended: string[] = [];
  const run = async (name: string, given: QuickjsCall, job: string) => {
    await pool.run(given, never, job);
    ended.push(name);
  };
  const loops = [1, 2, 3].map((n) => run(`greedy ${n}`, loop, 'greedy'));
  await Promise.all([...loops, run('modest', quick, 'modest')]);
  expect(ended.filter((name) => name !== 'modest')).toEqual(['greedy 1', 'greedy 2', 'greedy 3']);
  expect(ended.indexOf('modest')).toBeLessThan(ended.indexOf('greedy 2'));
  await pool.close();
});

test('a hundred calls of a job may wait; one more is refused, in words, and one of another job is not', async () => {
  const pool = new ThreadPool<QuickjsCall, QuickjsAnswer>('quickjs', 1);
  const first = pool.run(loop, never, 'greedy');
  const waiting = Array.from({ length: 100 }, () => pool.run(quick, never, 'greedy'));
  const refused = await pool.run(quick, never, 'greedy');
  expect(refused).toEqual({
    kind: 'error',
    message: 'more than 100 calls of the job wait for their turn',
  });
  const other = pool.run(quick, never, 'modest');
  const output = { kind: 'output', output: 1 };
  expect(await other).toEqual(output);
  expect(await Promise.all(waiting)).toEqual(Array.from({ length: 100 }, () => output));
  expect((await first).kind).toBe('error');
  await pool.close();
});

test('a pool that closes refuses what runs, what waits and what comes, each so that its job is tried again', async () => {
  const pool = new ThreadPool<QuickjsCall, QuickjsAnswer>('quickjs', 1);
  const calls = [1, 2, 3].map(() =>
    pool.run(call('export default () => { for (;;) {} }', 60_000), never, 'job'),
  );
  const settled = Promise.allSettled(calls);
  await pool.close();
  const late = pool.run(quick, never, 'job');
  const refused = expect.objectContaining({
    code: 'TOOL_UNAVAILABLE',
    message: 'cannot run the quickjs thread: this worker stops',
  });
  await expect(late).rejects.toEqual(refused);
  const each = { status: 'rejected', reason: refused };
  expect(await settled).toEqual([each, each, each]);
});
