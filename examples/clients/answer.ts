/**
 * Answers what an agent asks over NATS, and waits for what it says then: `node answer.ts THREAD approve [INTERRUPT]`. The thread is the
 * job that was asked for, the interrupt the `id` of what is asked: with it, an answer that comes too late is refused.
 * NATS_URL, and NATS_SUBJECT_PREFIX where it is not `agent`; @nats-io/jetstream and @nats-io/transport-node.
 */
import { randomUUID } from 'node:crypto';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

const [thread = '', decision = 'approve', interrupt] = process.argv.slice(2);
const { NATS_URL = 'nats://127.0.0.1:4222', NATS_SUBJECT_PREFIX: prefix = 'agent' } = process.env;
const jobId = randomUUID();
const answer = {
  job_id: jobId,
  trace_id: jobId,
  thread_id: thread,
  ...(interrupt !== undefined && { interrupt_id: interrupt }),
  resume: { decisions: [{ type: decision }] },
};

const nats = await connect({ servers: NATS_URL });
// Heard before the answer is published, so that no result can be missed.
const results = nats.subscribe(`${prefix}.status.*`);
await jetstream(nats).publish(`${prefix}.resume.${jobId}`, JSON.stringify(answer), { msgID: jobId });
for await (const message of results) {
  const { subject, data } = message.json<{ subject: string; data: object }>();
  if (subject !== jobId) continue;
  console.log(JSON.stringify(data));
  break;
}
await nats.close();
