/**
 * Publishes a job over NATS and waits for its result: `node publish.ts DEFINITION.json "What to do"`.
 * NATS_URL, and NATS_SUBJECT_PREFIX where it is not `agent`; @nats-io/jetstream and @nats-io/transport-node.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

const [definition = 'agent.json', request = 'Hello.'] = process.argv.slice(2);
const { NATS_URL = 'nats://127.0.0.1:4222', NATS_SUBJECT_PREFIX: prefix = 'agent' } = process.env;
const jobId = randomUUID();
const event = {
  specversion: '1.0',
  type: 'dev.my-platform.agent.execute',
  source: 'an-example',
  id: jobId,
  data: {
    job_id: jobId,
    trace_id: jobId,
    agent_definition: JSON.parse(await readFile(definition, 'utf8')) as unknown,
    input_payload: { messages: [{ role: 'user', content: request }] },
  },
};

const nats = await connect({ servers: NATS_URL });
// Heard before the job is published, so that no result can be missed.
const results = nats.subscribe(`${prefix}.status.*`);
await jetstream(nats).publish(`${prefix}.execute.${jobId}`, JSON.stringify(event), { msgID: jobId });
for await (const message of results) {
  const { subject, data } = message.json<{ subject: string; data: object }>();
  if (subject !== jobId) continue;
  console.log(JSON.stringify(data));
  break;
}
await nats.close();
