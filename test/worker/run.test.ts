import { afterEach, describe, expect, test } from 'vitest';
import { Failure } from '../../worker/jobs/failures.ts';
import type { AgentOutcome, AgentRun, JobRequest } from '../../worker/ports.ts';
import { until } from '../engine/until.ts';
import { type Loop, type Own, startLoop } from './loop.ts';

const completed: AgentOutcome = {
  kind: 'completed',
  result: { output: 'done', status: 'completed' },
  resumed: false,
};

let loop: Loop | undefined;
afterEach(async () => {
  await loop?.stop(true);
  loop = undefined;
});

function start(own: Own = {}): Loop {
  loop = startLoop(own);
  return loop;
}

/** An agent that does these things one attempt after the other, the last one for ever. */
function attempts(...steps: readonly ((run: AgentRun, request: JobRequest) => Promise<AgentOutcome>)[]) {
  let made = 0;
  return {
    agent: {
      run: (request: JobRequest, run: AgentRun) => {
        const step = steps[Math.min(made, steps.length - 1)];
        made += 1;
        return step ? step(run, request) : Promise.resolve(completed);
      },
    },
    made: () => made,
  };
}

const succeed = async () => completed;
const fail = (code: 'MODEL_UNAVAILABLE' | 'MODEL_REFUSED') => async () => {
  throw new Failure(code, 'the model said no');
};
/** Runs until its signal fires. */
const hang = (run: AgentRun) =>
  new Promise<AgentOutcome>((_, reject) => {
    run.signal.addEventListener('abort', () => reject(new Error('aborted')));
  });

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
    const { agent, made } = attempts(fail('MODEL_UNAVAILABLE'));
    const { publish, result, published } = start({ agent });
    await publish('j');
    expect(await result('j')).toMatchObject({ error: { code: 'MODEL_UNAVAILABLE' } });
    expect(made()).toBe(3);
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
    await parts.store.cancel('j', { code: 'CANCELLED', message: 'x' }, []);
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

describe('what does not stop a job', () => {
  test('a stream that is away', async () => {
    const append = () => Promise.reject(new Error('away'));
    const { publish, result, counts } = start({ events: { append } });
    await publish('j');
    expect(await result('j')).toHaveProperty('result');
    await until('the loss is counted', async () => (counts.get('stream_dropped') ?? 0) > 0);
  });

  test('a store that is away when the end is to be recorded', async () => {
    let refusals = 3;
    const { publish, result, counts } = start({
      store: (store) => ({
        finish: (...args) => {
          refusals -= 1;
          if (refusals >= 0) return Promise.reject(new Failure('STORE_UNAVAILABLE', 'away'));
          return store.finish(...args);
        },
      }),
    });
    await publish('j');
    expect(await result('j')).toHaveProperty('result');
    expect(counts.get('store_error')).toBe(3);
  });

  test('a store that is away when the job is to be claimed', async () => {
    let refusals = 2;
    const { publish, result } = start({
      store: (store) => ({
        claim: (...args) => {
          refusals -= 1;
          if (refusals >= 0) return Promise.reject(new Failure('STORE_UNAVAILABLE', 'away'));
          return store.claim(...args);
        },
      }),
    });
    await publish('j');
    expect(await result('j')).toHaveProperty('result');
  });
});

describe('a lease that is lost', () => {
  test('ends the run, and its worker says nothing of the job', async () => {
    const { agent } = attempts(hang, () => new Promise<never>(() => {}));
    const { publish, counts, published } = start({
      agent,
      store: () => ({
        renew: async (leases) => leases.map((lease) => ({ ...lease, held: false, cancelRequested: false })),
      }),
    });
    await publish('j');
    await until('the loss is noticed', async () => (counts.get('lease_lost') ?? 0) > 0);
    expect(published('.completed')).toEqual([]);
    expect(published('.failed')).toEqual([]);
  });

  test('when it cannot be renewed in time, checkpoints are refused and the run ends', async () => {
    let refused: unknown;
    const { agent } = attempts(async (run) => {
      try {
        await hang(run);
      } catch {
        try {
          run.assertHeld();
        } catch (error) {
          refused = error;
        }
      }
      throw new Error('aborted');
    });
    const { publish, counts } = start({
      agent,
      store: () => ({ renew: () => Promise.reject(new Failure('STORE_UNAVAILABLE', 'away')) }),
    });
    await publish('j');
    await until('the loss is noticed', async () => (counts.get('lease_lost') ?? 0) > 0);
    expect(refused).toMatchObject({ code: 'LEASE_LOST' });
  });

  test('an end that the store refuses is not published', async () => {
    const { publish, counts, published, types } = start({ store: () => ({ finish: async () => false }) });
    await publish('j');
    await until('the refusal is counted', async () => (counts.get('lease_lost') ?? 0) > 0);
    expect(published('.completed')).toEqual([]);
    expect(await types('j')).toEqual([]);
  });
});

describe('poison', () => {
  test('a job whose worker dies on every attempt ends after the last one', async () => {
    const { publish, result, parts } = start();
    const { store } = parts;
    // Three workers claimed it and were gone.
    await publish('warm-up');
    await result('warm-up');
    const { newJob } = await import('../../worker/jobs/handle-message.ts');
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
