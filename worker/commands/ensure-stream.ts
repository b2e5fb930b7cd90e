import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { command } from '../../command-line/command.ts';
import { DONE, FAILED } from '../../command-line/exit-code.ts';
import type { ExitCode } from '../../command-line/exit-code.ts';
import { ensureQueue } from '../adapters/nats/ensure.ts';
import type { Difference } from '../adapters/nats/streams.ts';
import { readLease, readNats } from '../config/config.ts';
import { ENVIRONMENT, configure } from './configure.ts';
import { describe } from './error-text.ts';

function line({ field, found, wanted, verdict }: Difference): string {
  const advice =
    verdict === 'stop' ? 'the worker cannot run with it: change it by hand' : 'left as it is: it works';
  return `  ${field} is ${JSON.stringify(found)}, expected ${JSON.stringify(wanted)}; ${advice}`;
}

/** `worker ensure-stream`: a Job beside the Deployment, or a person. */
export const ensureCommand = command({
  description: `Creates the streams and the consumer in NATS, or checks them. Changes nothing that could lose messages: such
differences are reported, and end it with 1.
${ENVIRONMENT}`,
  flags: {},
  run: ensureStream,
});

async function ensureStream(): Promise<ExitCode> {
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
      return stuck ? FAILED : DONE;
    } finally {
      await connection.close();
    }
  } catch (error) {
    console.error(`cannot set up the streams: ${describe(error)}`);
    return FAILED;
  }
}
