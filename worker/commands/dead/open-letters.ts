import type { NatsConnection } from '@nats-io/transport-node';
import { connectionOptions, lostConnection } from '../../adapters/nats/connection.ts';
import { deadLetters } from '../../adapters/nats/dead-letters.ts';
import { reachNats } from '../../adapters/nats/reach.ts';
import type { DeadLetters } from '../../jobs/manage/replay-letter.ts';
import { REFUSED } from '../../../command-line/exit-code.ts';
import { Failure } from '../../../command-line/failure.ts';
import { readLog } from '../../config/config.ts';
import { readNats } from '../../config/nats.ts';
import { hider } from '../../observability/log.ts';
import { configure } from '../configure.ts';
import { describe } from '../error-text.ts';

/** Does some work on the dead letters of the executor that the environment names. */
export async function withDeadLetters<T>(work: (letters: DeadLetters) => Promise<T>): Promise<T> {
  const { nats, log } = configure((env) => ({ nats: readNats(env), log: readLog(env) }));
  const hide = hider(log.secrets);
  const options = { ...connectionOptions(nats.address, 'worker dead'), timeout: 5_000 };
  let connection: NatsConnection;
  try {
    connection = await reachNats(options, 0, () => {});
  } catch (error) {
    throw new Failure(hide(`cannot reach NATS: ${lostConnection(error).message}`), REFUSED);
  }
  try {
    return await work(deadLetters(async () => connection, nats.names));
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(hide(`cannot read the dead letters: ${describe(error)}`), REFUSED);
  } finally {
    await connection.close();
  }
}
