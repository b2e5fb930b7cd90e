import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { definition, testJob } from '../servers/job.ts';
import { withWorker } from '../servers/with-worker.ts';

const operator = 'the token of an operator';
const ada = 'the token of ada, long';

describeServers('what waits for a worker, and a tenant looks for', (servers) => {
  const { world, worker } = withWorker(servers, {
    API_TOKEN: operator,
    API_TOKENS: JSON.stringify({ ada }),
    WORKER_CONCURRENCY: '1',
  });
  const send = (token: string, path: string, body?: JsonObject) =>
    fetch(`${worker.url}${path}`, {
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });

  test('is asked of the agents that operators have named', async () => {
    const name = `agent-${randomUUID()}`;
    const config = { configurable: { agent_definition: definition() } };
    expect((await send(operator, '/assistants', { graph_id: 'agent', name, config })).status).toBe(200);
    const long = testJob({ latencyMs: 8_000 });
    await world.publish(long);
    await until('it runs', async () => (await world.status(long.jobId)) === 'running');
    const one = testJob();
    const { agent_definition: _, ...data } = one.event['data'] as JsonObject;
    await world.publish({ ...one, event: { ...one.event, data: { ...data, agent: name } } });
    for (let times = 0; times < 20; times++) expect((await send(ada, `/jobs/${one.jobId}`)).status).toBe(404);
    expect((await world.result(one.jobId)).event['type']).toMatch(/completed$/);
  });
});
