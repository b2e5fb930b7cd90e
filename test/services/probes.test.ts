import { describe, expect, test } from 'vitest';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { doubleTool, testJob } from '../servers/job.ts';
import type { TestJob } from '../servers/job.ts';
import { withWorker } from '../servers/with-worker.ts';
import { follow } from './sse.ts';

/** Computes for longer than anybody waits. */
const spinTool = {
  ...doubleTool,
  name: 'spin',
  runtime: {
    kind: 'quickjs',
    script:
      'export default () => { const end = Date.now() + 25_000; while (Date.now() < end); return "x"; };',
  },
};

describeServers('what a worker tells of itself over HTTP', (servers) => {
  const { world, worker } = withWorker(servers);

  const post = ({ event }: TestJob, headers: Record<string, string> = {}) =>
    fetch(worker.url, { method: 'POST', body: JSON.stringify(event), headers });

  describe('probes and metrics', () => {
    test('health and readiness', async () => {
      const health = await fetch(`${worker.url}/health`);
      expect([health.status, await health.json()]).toMatchObject([200, { status: 'healthy' }]);
      const ready = await fetch(`${worker.url}/ready`);
      expect([ready.status, await ready.json()]).toMatchObject([
        200,
        { status: 'ready', services: { postgres: 'ok', nats: 'ok', dragonfly: 'ok' } },
      ]);
    });

    test('the names that dashboards of the predecessor know', async () => {
      await post(testJob());
      const text = await until('the end is sent', async () => {
        const told = await (await fetch(`${worker.url}/metrics`)).text();
        return told.includes('redis_publish_total{event_type="end"}') && told;
      });
      const names = [
        'jobs_total{status="completed"}',
        'job_duration_seconds_bucket',
        'db_connection_errors_total',
        'redis_publish_total{event_type="end"}',
        'redis_publish_errors_total',
        'nats_messages_processed_total',
        'nats_messages_failed_total',
        'http_requests_total{method="POST",endpoint="/",status="200"}',
        'http_request_duration_seconds_bucket',
        'health_checks_total{type="readiness",status="healthy"}',
        'jobs_in_flight',
        'outbox_pending',
        'tokens_total{agent="main",model="stub",direction="input"}',
        'step_duration_seconds_count{kind="model"}',
      ];
      for (const name of names) expect(text).toContain(`deepagents_runtime_${name}`);
      expect(text).toContain('nodejs_eventloop_lag_seconds');
    });

    test.each([
      { method: 'GET', path: '/nowhere', status: 404 },
      { method: 'DELETE', path: '/jobs/x', status: 405 },
      { method: 'GET', path: '/jobs/x', status: 404 },
      { method: 'GET', path: '/jobs/%', status: 400 },
    ])('$method $path is $status', async ({ method, path, status }) => {
      const response = await fetch(worker.url + path, { method });
      expect(response.status).toBe(status);
      expect(await response.text()).not.toMatch(/node:|\.ts:/);
    });
  });

  test('probes answer while a tool does nothing but compute', async () => {
    const one = testJob({ rounds: [[{ tool: 'spin' }]] }, [spinTool]);
    expect((await post(one, { Prefer: 'respond-async' })).status).toBe(202);
    await follow(`${worker.url}/jobs/${one.jobId}/events`, {}, (seen) =>
      seen.some(({ event }) => event === 'on_tool_start'),
    );
    for (let round = 0; round < 20; round += 1)
      for (const path of ['/health', '/ready']) expect((await fetch(worker.url + path)).status).toBe(200);
    const { status } = (await (await fetch(`${worker.url}/jobs/${one.jobId}`)).json()) as { status: string };
    expect(status, 'the tool still runs').toBe('running');
    await fetch(`${worker.url}/jobs/${one.jobId}/cancel`, { method: 'POST' });
    await world.result(one.jobId);
  });

  test('with a token, only probes and metrics are open', async () => {
    const guarded = await world.worker({ API_TOKEN: 'a token of some length' });
    await guarded.ready();
    const status = async (path: string, authorization?: string) => {
      const headers = authorization === undefined ? {} : { Authorization: authorization };
      return (await fetch(guarded.url + path, { headers })).status;
    };
    expect(await status('/jobs/x')).toBe(401);
    expect(await status('/jobs/x', 'Bearer wrong')).toBe(401);
    expect(await status('/jobs/x', 'Bearer a token of some length')).toBe(404);
    expect(await status('/health')).toBe(200);
    expect(await status('/metrics')).toBe(200);
    guarded.signal('SIGTERM');
    expect(await guarded.exited()).toBe(0);
  });
});
