import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { ensureQueue } from '../adapters/nats/ensure.ts';
import type { Difference } from '../adapters/nats/streams.ts';
import { readLease, readNats } from '../config/config.ts';
import { configure } from './configure.ts';
import { FAILED, describe } from './exit.ts';

function line({ field, found, wanted, verdict }: Difference): string {
  const advice =
    verdict === 'stop' ? 'the worker cannot run with it: change it by hand' : 'left as it is: it works';
  return `  ${field} is ${JSON.stringify(found)}, expected ${JSON.stringify(wanted)}; ${advice}`;
}

/** `worker ensure-stream`: a Job beside the Deployment, or a person. */
export async function ensureCommand(): Promise<void> {
  const { url, names, ackWaitMs } = configure((env) => ({ ...readNats(env), ackWaitMs: readLease(env) }));
  try {
    const connection = await connect({
      servers: url.split(','),
      name: 'worker ensure-stream',
      timeout: 5_000,
    });
    try {
      const manager = await jetstreamManager(connection, { checkAPI: true });
      const ensured = await ensureQueue(manager, names, ackWaitMs);
      for (const { what, done, differences } of ensured) {
        console.log(`${what}: ${done}`);
        for (const difference of differences) console.log(line(difference));
      }
      const stuck = ensured.some(({ differences }) => differences.some(({ verdict }) => verdict === 'stop'));
      if (stuck) process.exitCode = FAILED;
    } finally {
      await connection.close();
    }
  } catch (error) {
    console.error(`cannot set up the streams: ${describe(error)}`);
    process.exitCode = FAILED;
  }
}
