import { setTimeout as sleep } from 'node:timers/promises';
import { JetStreamApiCodes, JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { command } from '../../command-line/command.ts';
import { DONE, FAILED, LOGIN_REFUSED, NAMES_TAKEN, NO_JETSTREAM } from '../../command-line/exit-code.ts';
import type { ExitCode } from '../../command-line/exit-code.ts';
import { wholeNumber } from '../../command-line/flag.ts';
import { connectionOptions, lostConnection } from '../adapters/nats/connection.ts';
import { comparison } from '../adapters/nats/difference.ts';
import type { Difference } from '../adapters/nats/difference.ts';
import { reachNats } from '../adapters/nats/reach.ts';
import { ensureQueue } from '../adapters/nats/ensure.ts';
import type { Ensured } from '../adapters/nats/ensure.ts';
import { NamesTaken } from '../adapters/nats/owner.ts';
import { readLease, readLog } from '../config/config.ts';
import { readNats, readStreamSettings } from '../config/nats.ts';
import { hider } from '../observability/log.ts';
import { ENVIRONMENT, configure } from './configure.ts';
import { describe } from './error-text.ts';

/** As long as a NATS takes that was ordered together with the worker: a Pod that fails instead is started ever later. */
const WAIT_SECONDS = 120;

function line(difference: Difference): string {
  const { verdict, harm, mend } = difference;
  const by = mend === undefined ? '' : ` with \`${mend}\``;
  const advice =
    verdict === 'stop'
      ? `${harm ?? 'it does not work'}; the worker cannot run with it: change it by hand${by}`
      : 'left as it is: it works';
  return `  ${comparison(difference)}; ${advice}`;
}

function report(ensured: readonly Ensured[]): ExitCode {
  for (const { what, done, differences } of ensured) {
    console.log(`${what}: ${done}`);
    for (const difference of differences) console.log(line(difference));
  }
  const stuck = ensured.some(({ differences }) => differences.some(({ verdict }) => verdict === 'stop'));
  return stuck ? FAILED : DONE;
}

/** The client's own class for a server without JetStream is not exported; an account without it is told by a code. */
function lacksJetStream(error: unknown): boolean {
  if (error instanceof JetStreamApiError)
    return error.code === JetStreamApiCodes.JetStreamNotEnabledForAccount;
  return error instanceof Error && error.name === 'JetStreamNotEnabled';
}

function exitOf(error: unknown): ExitCode {
  if (error instanceof NamesTaken) return NAMES_TAKEN;
  return lacksJetStream(error) ? NO_JETSTREAM : FAILED;
}

async function ensureStream(waitSeconds: number): Promise<ExitCode> {
  const { nats, streams, ackWaitMs, log } = configure((env) => ({
    nats: readNats(env),
    streams: readStreamSettings(env),
    ackWaitMs: readLease(env),
    log: readLog(env),
  }));
  const fail = (code: ExitCode, why: string): ExitCode => {
    console.error(hider(log.secrets)(`cannot set up the streams: ${why}`));
    return code;
  };
  const options = { ...connectionOptions(nats.address, 'worker ensure-stream'), timeout: 5_000 };
  let connection: NatsConnection;
  try {
    connection = await reachNats(options, waitSeconds * 1000, (line) =>
      console.log(hider(log.secrets)(line)),
    );
  } catch (error) {
    const lost = lostConnection(error);
    return fail(lost.kind === 'refused' ? LOGIN_REFUSED : FAILED, lost.message);
  }
  try {
    const manager = await jetstreamManager(connection, { checkAPI: true });
    const { version } = connection.info ?? {};
    return report(await ensureQueue(manager, { ...nats, ackWaitMs, streams, version }));
  } catch (error) {
    return fail(exitOf(error), describe(error));
  } finally {
    await connection.close();
  }
}

/** `worker ensure-stream`: a Job beside the Deployment, or a person. */
export const ensureCommand = command({
  description: `Creates the streams and the consumer in NATS, or checks them. Changes nothing that could lose messages: such
differences are reported, and end it with 1; ${NAMES_TAKEN} says that they belong to another executor, ${LOGIN_REFUSED} that NATS
refuses the login, ${NO_JETSTREAM} that the account has no JetStream.
${ENVIRONMENT}`,
  flags: {
    wait: {
      value: 'SECONDS',
      otherwise: `${WAIT_SECONDS}`,
      help: 'How long to wait for a NATS that does not answer; not at all for one that refuses the login.',
      read: wholeNumber(),
    },
    after: {
      value: 'SECONDS',
      otherwise: '0',
      help: 'How long to wait before anything is done: for a Job that takes the turn of one that failed.',
      read: wholeNumber(),
    },
  },
  async run({ flags }) {
    await sleep(flags.after * 1000);
    return ensureStream(flags.wait);
  },
});
