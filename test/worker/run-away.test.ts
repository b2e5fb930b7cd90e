import { describe, expect, test } from 'vitest';
import { Failure } from '../../worker/jobs/rules/failures.ts';
import type { AgentRun, JobRequest } from '../../worker/ports.ts';
import type { JobStore } from '../../worker/job-store.ts';
import { until } from '../engine/until.ts';
import { start, succeed } from './fixture.ts';
import { retry } from './loop.ts';
import { newJob } from '../contracts/new-job.ts';
import { modelStep } from '../stubs/model-step.ts';

/** Jobs name the provider that they need, which fails for as long as it is away. */
function providers(state: {
  readonly away: ReadonlySet<string>;
  retryAfterMs?: number;
  code?: 'MODEL_KEY_REFUSED';
}) {
  const calls: string[] = [];
  const providerOf = (definition: JobRequest['definition']): string =>
    typeof definition['provider'] === 'string' ? definition['provider'] : 'openai';
  const agent = {
    needs: (definition: JobRequest['definition']) => [providerOf(definition)],
    async run(request: JobRequest, run: AgentRun) {
      const source = providerOf(request.definition);
      calls.push(source);
      if (state.away.has(source))
        throw new Failure(state.code ?? 'MODEL_UNAVAILABLE', 'away', {
          source,
          retryAfterMs: state.retryAfterMs,
        });
      run.stepped(modelStep(source));
      return succeed();
    },
  };
  return { agent, calls };
}

const patient = { retry: { ...retry, baseMs: 20, maxMs: 200, patienceMs: 60_000, elsewhereMs: 60_000 } };
const needing = (provider: string) => ({ agent_definition: { provider } });

describe('while a provider is away', () => {
  test('its jobs hold no slot and no message, others run, few calls are made, and all complete when it is back', async () => {
    const gone = new Set(['openai']);
    const { agent, calls } = providers({ away: gone });
    const loop = start({ agent, settings: patient });
    const jobs = Array.from({ length: 20 }, (_, index) => `j-${index}`);
    for (const job of jobs) await loop.publish(job, needing('openai'));
    await loop.publish('healthy', needing('anthropic'));
    expect(await loop.result('healthy')).toHaveProperty('result');
    await until('no message is left', async () => loop.queue.waiting() === 0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(calls.length).toBeLessThan(20);
    expect(loop.parts.breakers.reasons()).toHaveProperty('openai', 'MODEL_UNAVAILABLE');
    gone.clear();
    for (const job of jobs) expect(await loop.result(job)).toHaveProperty('result');
    expect(loop.parts.breakers.reasons()).toEqual({});
    expect(loop.published('.dead')).toEqual([]);
  });

  test('a job waits as long as it was asked to', async () => {
    const gone = new Set(['openai']);
    const { agent, calls } = providers({ away: gone, retryAfterMs: 700 });
    const loop = start({ agent, settings: patient });
    await loop.publish('j', needing('openai'));
    await until('it was tried', async () => calls.length === 1);
    gone.clear();
    const asked = performance.now();
    await loop.result('j');
    expect(performance.now() - asked).toBeGreaterThan(500);
  });
});

test('jobs that another provider is enough for go on without the first, which few of them ask', async () => {
  let asked = 0;
  const agent = {
    needs: () => ['openai|anthropic'],
    async run(_: JobRequest, run: AgentRun) {
      if (run.sources.mayAsk('openai')) {
        asked += 1;
        run.sources.away(new Failure('MODEL_KEY_REFUSED', 'away', { source: 'openai' }));
      }
      run.stepped(modelStep('anthropic'));
      return succeed();
    },
  };
  const loop = start({ agent, settings: { retry: { ...retry, baseMs: 3_600_000, maxMs: 3_600_000 } } });
  const jobs = Array.from({ length: 10 }, (_, index) => `j-${index}`);
  for (const job of jobs) await loop.publish(job);
  for (const job of jobs) expect(await loop.result(job)).toHaveProperty('result');
  expect(asked).toBe(1);
  expect(loop.parts.breakers.reasons()).toEqual({ openai: 'MODEL_KEY_REFUSED' });
});

test('a worker whose key is refused loses no job, and leaves them to a healthy one', async () => {
  const sick = providers({ away: new Set(['openai']), code: 'MODEL_KEY_REFUSED' });
  const loop = start({ agent: sick.agent, settings: patient });
  for (const job of ['a', 'b', 'c']) await loop.publish(job, needing('openai'));
  await until('all wait in the store', async () => loop.queue.waiting() === 0);
  const healthy = providers({ away: new Set() });
  start({ agent: healthy.agent, settings: patient, store: () => loop.parts.store, queue: loop.queue });
  for (const job of ['a', 'b', 'c']) expect(await loop.result(job)).toHaveProperty('result');
  expect(healthy.calls).toHaveLength(3);
  expect(loop.published('.failed')).toEqual([]);
});

test('a suspect runs alone', async () => {
  let together = 0;
  let beside = 0;
  const agent = {
    async run(request: JobRequest) {
      together += 1;
      if (request.jobId === 'suspect') beside = Math.max(beside, together - 1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (request.jobId === 'suspect') beside = Math.max(beside, together - 1);
      together -= 1;
      return succeed();
    },
  };
  const crash = async (store: JobStore) => {
    const job = newJob({
      jobId: 'suspect',
      request: JSON.stringify({
        job_id: 'suspect',
        trace_id: 't',
        agent_definition: { a: 1 },
        input_payload: { b: 1 },
      }),
      needs: [],
    });
    for (let crashes = 0; crashes < 2; crashes += 1)
      await until('it is claimed', async () => (await store.claim(job, 'gone', 1)).kind === 'claimed');
    await store.park(job);
  };
  const loop = start({ agent, settings: { ...patient, concurrency: 4 } });
  const jobs = Array.from({ length: 12 }, (_, index) => `j-${index}`);
  for (const job of jobs) await loop.publish(job);
  await crash(loop.parts.store);
  for (const job of [...jobs, 'suspect']) expect(await loop.result(job)).toHaveProperty('result');
  expect(beside).toBe(0);
});
