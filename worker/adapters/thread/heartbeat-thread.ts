import type { Extender, Renewer } from '../../jobs/loop/heartbeat.ts';
import { timerHeartbeats } from '../../jobs/loop/lease-keeper.ts';
import { openLog } from '../../observability/log.ts';
import { systemClock } from '../clock.ts';
import { openNats } from '../nats/connection.ts';
import { IN_PROGRESS } from '../nats/queue.ts';
import { openPool } from '../postgres/connection.ts';
import { renewLeases } from '../postgres/statements/renew-leases.ts';
import type { FromHeartbeat, HeartbeatData, ToHeartbeat } from './heartbeat-messages.ts';
import { mainThread } from './main-thread.ts';

/**
 * Runs inside the thread: renews what it is told to keep, over its own connections, until it is told to close. After a lease
 * without a sign of the main thread it renews nothing: jobs that nobody works on go to another worker.
 */
export function runHeartbeats({ port, nats, postgres, owner, leaseMs, log }: HeartbeatData): void {
  const tell = (message: FromHeartbeat): void => port.postMessage(message);
  const fail = (error: unknown): void =>
    tell({ kind: 'error', message: error instanceof Error ? error.message : 'unknown' });

  const link = openNats(nats, `${owner} heartbeat`);
  // A statement that hangs must not cost more than a few heartbeats.
  const pool = openPool(postgres, 1, fail, leaseMs / 3);
  const main = mainThread(systemClock, leaseMs, () =>
    openLog(log).error({ owner }, 'the main thread does not answer: its jobs are left to other workers'),
  );
  const store: Renewer = {
    renew: (leases, ms) => (main.answers() ? renewLeases(pool, leases, ms) : Promise.resolve([])),
  };
  const queue: Extender = {
    extend(handle: string): void {
      if (main.answers()) link.publish(handle, IN_PROGRESS);
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
    main.heard();
    switch (message.kind) {
      case 'add':
        heartbeats.add(message.kept);
        return;
      case 'drop':
        heartbeats.drop(message.lease);
        return;
      case 'alive':
        return;
      case 'close':
        close().catch(() => process.exit(0));
    }
  });
}
