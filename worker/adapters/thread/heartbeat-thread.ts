import type { Extender, Renewer } from '../../jobs/heartbeat.ts';
import { timerHeartbeats } from '../../jobs/lease-keeper.ts';
import { systemClock } from '../clock.ts';
import { openNats } from '../nats/connection.ts';
import { IN_PROGRESS } from '../nats/queue.ts';
import { openPool } from '../postgres/connection.ts';
import { renewLeases } from '../postgres/renew-leases.ts';
import type { FromHeartbeat, HeartbeatData, ToHeartbeat } from './heartbeat-messages.ts';

/** Runs inside the thread: renews what it is told to keep, over its own connections, until it is told to close. */
export function runHeartbeats({ port, nats, postgres, owner, leaseMs }: HeartbeatData): void {
  const tell = (message: FromHeartbeat): void => port.postMessage(message);
  const fail = (error: unknown): void =>
    tell({ kind: 'error', message: error instanceof Error ? error.message : 'unknown' });

  const link = openNats(nats, `${owner} heartbeat`);
  // A statement that hangs must not cost more than a few heartbeats.
  const pool = openPool(postgres, 1, fail, leaseMs / 3);
  const store: Renewer = { renew: (leases, ms) => renewLeases(pool, leases, ms) };
  const queue: Extender = {
    extend(handle: string): void {
      link.publish(handle, IN_PROGRESS);
    },
  };
  const heartbeats = timerHeartbeats(
    systemClock,
    store,
    queue,
    leaseMs,
    fail,
  )((news) => tell({ kind: 'news', news }));

  const close = async (): Promise<void> => {
    await heartbeats.close();
    await link.close();
    await pool.end();
    port.close();
  };

  port.on('message', (message: ToHeartbeat) => {
    switch (message.kind) {
      case 'add':
        heartbeats.add(message.kept);
        return;
      case 'drop':
        heartbeats.drop(message.lease);
        return;
      case 'close':
        close().catch(() => process.exit(0));
    }
  });
}
