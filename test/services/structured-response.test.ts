import { expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { testJob } from '../servers/job.ts';
import type { TestJob } from '../servers/job.ts';
import { withWorker } from '../servers/with-worker.ts';

const town = { city: 'Bern', people: 134_000 };
const format = {
  type: 'object',
  properties: { city: { type: 'string' }, people: { type: 'integer' } },
  required: ['city', 'people'],
};

/** A job whose agent gives its first answer without the people, and is then told. */
function job(response_format: JsonObject = format): TestJob {
  const answers = [{ city: 'Bern' }, town].map((args) => [{ tool: 'structured_response', args }]);
  const made = testJob({ rounds: answers });
  const data = made.event['data'] as { agent_definition: { nodes: [{ config: object }] } };
  Object.assign(data.agent_definition.nodes[0].config, { response_format });
  return made;
}

describeServers('an agent that answers in a form', (servers) => {
  const { world, worker } = withWorker(servers);
  const post = (one: TestJob) => fetch(worker.url, { method: 'POST', body: JSON.stringify(one.event) });
  const expected = {
    output: JSON.stringify(town),
    status: 'completed',
    structured_response: town,
    usage: { model_calls: 2 },
  };

  test('has its answer in the result over NATS', async () => {
    const one = job();
    await world.publish(one);
    const { event } = await world.result(one.jobId);
    expect(event).toMatchObject({ data: { result: expected } });
  });

  test('and over HTTP, in the event and in the job', async () => {
    const one = job();
    const response = await post(one);
    expect(await response.json()).toMatchObject({ data: { result: expected } });
    const kept = await fetch(`${worker.url}/jobs/${one.jobId}`);
    expect(await kept.json()).toMatchObject({ result: expected });
  });

  test('is refused in words where no answer could be judged', async () => {
    const wrong = { type: 'object', properties: { city: { type: 'text' } } };
    const response = await post(job(wrong));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('nodes[0].config.response_format.properties.city.type');
    const one = job(wrong);
    await world.publish(one);
    const { event } = await world.result(one.jobId);
    expect(event).toMatchObject({ data: { error: { code: 'INVALID_DEFINITION' } } });
  });
});
