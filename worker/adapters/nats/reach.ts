import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@nats-io/transport-node';
import type { ConnectionOptions, NatsConnection } from '@nats-io/transport-node';
import { lostConnection } from './connection.ts';

const PAUSE_MS = 1_000;

/**
 * Connects, and waits for a server that does not answer yet, such as one that was ordered together with this worker, and says so
 * once.
 *
 * @throws the error of the last attempt: at once for a refused login or certificate, or when `waitMs` are over
 */
export async function reachNats(
  options: ConnectionOptions,
  waitMs: number,
  say: (line: string) => void,
): Promise<NatsConnection> {
  const end = performance.now() + waitMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await connect(options);
    } catch (error) {
      const { kind, message } = lostConnection(error);
      if (kind !== 'away' || performance.now() > end) throw error;
      if (attempt === 1) say(`waiting for NATS: ${message}`);
      await sleep(PAUSE_MS);
    }
  }
}
