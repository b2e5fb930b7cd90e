import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { until } from '../engine/until.ts';
import { doubleTool, testJob } from '../servers/job.ts';
import type { TestJob } from '../servers/job.ts';
import { account, report, unharmed } from './account.ts';
import { describeFaults, ownWorld } from './own-servers.ts';

/** Of the workers of which one must not lose its job while its main thread is busy, on a busy machine either. */
const LEASE_MS = 6_000;

describeFaults('workers that are stopped or frozen', () => {
  const { world } = ownWorld({ WORKER_CONCURRENCY: '1' });

  const asked = (job: TestJob) =>
    until('the model is asked', async () => (world.model.steps(job.name)[0] ?? 0) > 0);

  /** One worker is asked to end while the model works on the job's first step, and another takes over. */
  async function stoppedInAStep(what: string, job: TestJob, env: Readonly<Record<string, string>> = {}) {
    const first = await world.worker(env);
    await first.ready();
    await world.publish(job);
    await asked(job);
    first.signal('SIGTERM');
    expect(await first.exited()).toBe(0);
    const stopped = performance.now();
    const second = await world.worker();
    await world.result(job.jobId);
    const seconds = (performance.now() - stopped) / 1000;
    await world.settled();
    const found = await account(world, [job]);
    report(what, found, seconds);
    await second.ready();
    second.signal('SIGTERM');
    expect(await second.exited()).toBe(0);
    return found;
  }

  test('SIGTERM in the middle of a step: the step ends, the next one runs elsewhere, nothing is repeated', async () => {
    const job = testJob({ latencyMs: 1_000, rounds: [[{ tool: 'double', args: { n: 1 } }]] }, [doubleTool]);
    const found = await stoppedInAStep('SIGTERM in the middle of a step', job);
    expect(found).toMatchObject({ ...unharmed, modelCallsRepeated: 0 });
  });

  test('SIGTERM in a step that outlasts the shutdown time: handed back in time, repeated elsewhere', async () => {
    const job = testJob({ latencyMs: 10_000 });
    const found = await stoppedInAStep('SIGTERM in a step that is too long', job, { SHUTDOWN_TIMEOUT: '3s' });
    expect(found).toMatchObject({ ...unharmed, modelCallsRepeated: 1 });
  });

  test('a second signal ends it at once', async () => {
    const job = testJob({ latencyMs: 6_000 });
    const first = await world.worker();
    await first.ready();
    await world.publish(job);
    await asked(job);
    first.signal('SIGTERM');
    await until('it stops', async () => first.log().includes('worker stopping'));
    first.signal('SIGTERM');
    expect(await first.exited()).toBe(143);
    const second = await world.worker();
    await world.result(job.jobId);
    await world.settled();
    await second.ready();
    second.signal('SIGTERM');
    expect(await second.exited()).toBe(0);
  });

  test('a worker frozen for longer than its lease wakes up to find its job done, and its end refused', async () => {
    const job = testJob({ latencyMs: 4_000 });
    const frozen = await world.worker();
    await frozen.ready();
    await world.publish(job);
    await asked(job);
    frozen.signal('SIGSTOP');
    const stopped = performance.now();
    const second = await world.worker();
    await world.result(job.jobId);
    const seconds = (performance.now() - stopped) / 1000;
    frozen.signal('SIGCONT');
    await until('it notices', async () => {
      const metrics = await (await fetch(`${frozen.url}/metrics`)).text();
      return /^deepagents_runtime_lease_lost_total [1-9]/m.test(metrics);
    });
    await world.settled();
    const found = await account(world, [job]);
    report('a worker frozen for longer than its lease', found, seconds);
    expect(found).toMatchObject({ ...unharmed, modelCallsRepeated: 1 });
    // It is none the worse for it.
    const next = testJob();
    second.signal('SIGTERM');
    expect(await second.exited()).toBe(0);
    await world.publish(next);
    await world.result(next.jobId);
    frozen.signal('SIGTERM');
    expect(await frozen.exited()).toBe(0);
  });

  /** A worker whose main thread is blocked as soon as it works on the job, and what frees it. */
  async function blockedInAStep(job: TestJob, env: Readonly<Record<string, string>> = {}) {
    const free = join(await mkdtemp(join(tmpdir(), 'busy-')), 'free');
    const blocked = await world.worker({
      NODE_OPTIONS: `--import ${new URL('busy-main.ts', import.meta.url).href}`,
      BUSY_UNTIL: free,
      ...env,
    });
    await blocked.ready();
    await world.publish(job);
    await asked(job);
    blocked.signal('SIGUSR2');
    return {
      blocked,
      release: () => writeFile(free, ''),
      clean: () => rm(dirname(free), { recursive: true }),
    };
  }

  test('a worker whose main thread is busy for less than a lease keeps its job', async () => {
    const job = testJob({ latencyMs: 3_000 });
    const lease = { LEASE_DURATION: `${LEASE_MS}ms` };
    const other = await world.worker(lease);
    await other.ready();
    other.signal('SIGSTOP');
    const { blocked, release, clean } = await blockedInAStep(job, lease);
    const started = performance.now();
    // It would take the job over as soon as the lease ran out.
    other.signal('SIGCONT');
    await sleep(LEASE_MS * 0.6);
    expect(await world.status(job.jobId)).toBe('running');
    await release();
    await world.result(job.jobId);
    const seconds = (performance.now() - started) / 1000;
    await world.settled();
    const found = await account(world, [job]);
    report('main thread busy for less than a lease', found, seconds);
    expect(found).toMatchObject({ ...unharmed, modelCallsRepeated: 0 });
    for (const worker of [blocked, other]) {
      worker.signal('SIGTERM');
      expect(await worker.exited()).toBe(0);
    }
    await clean();
  });

  test('a worker whose main thread hangs leaves its job to another, says so once, and its end is refused', async () => {
    const job = testJob({ latencyMs: 3_000 });
    const { blocked, release, clean } = await blockedInAStep(job);
    const started = performance.now();
    const other = await world.worker();
    await world.result(job.jobId);
    const seconds = (performance.now() - started) / 1000;
    expect(blocked.log().match(/the main thread does not answer/g)).toHaveLength(1);
    await release();
    await until('it notices', async () => {
      const metrics = await (await fetch(`${blocked.url}/metrics`)).text();
      return /^deepagents_runtime_lease_lost_total [1-9]/m.test(metrics);
    });
    await world.settled();
    const found = await account(world, [job]);
    report('main thread that hangs', found, seconds);
    expect(found).toMatchObject({ ...unharmed, modelCallsRepeated: 1 });
    for (const worker of [blocked, other]) {
      worker.signal('SIGTERM');
      expect(await worker.exited()).toBe(0);
    }
    await clean();
  });
});
