import { once } from 'node:events';
import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { HEARTBEATS_PER_LEASE } from '../../jobs/loop/heartbeat.ts';
import type { LeasedJob, LeaseUpdate } from '../../jobs/loop/heartbeat.ts';
import type { Heartbeats } from '../../jobs/loop/lease-keeper.ts';
import type { FromHeartbeat, HeartbeatData, ToHeartbeat } from './heartbeat-messages.ts';
import { threadEntry } from '../../threads/entry.ts';

const RESTART_MS = 1_000;
const CLOSE_MS = 3_000;

function keyOf({ lease }: Pick<LeasedJob, 'lease'>): string {
  return `${lease.token} ${lease.jobId}`;
}

/**
 * Heartbeats from a thread of their own: an agent that keeps this thread busy for less than a lease does not lose its jobs over
 * it; one that blocks it for longer does. A thread that dies is started again with all it had to keep.
 */
export const threadHeartbeats =
  (data: Omit<HeartbeatData, 'port'>, onError: (error: unknown) => void) =>
  (hear: (news: readonly LeaseUpdate[]) => void): Heartbeats => {
    const kept = new Map<string, LeasedJob>();
    let closing = false;
    let thread: Worker;
    let port: MessagePort;

    const tell = (message: ToHeartbeat): void => port.postMessage(message);
    const take = (message: FromHeartbeat): void => {
      if (message.kind === 'news') hear(message.news);
      else onError(new Error(`cannot send heartbeats: ${message.message}`));
    };
    const start = (): void => {
      const channel = new MessageChannel();
      port = channel.port1;
      const workerData: HeartbeatData = { ...data, port: channel.port2 };
      thread = new Worker(threadEntry(), { workerData, transferList: [channel.port2], name: 'heartbeat' });
      // The process ends when its work does, not when this thread does.
      thread.unref();
      port.on('message', take);
      port.unref();
      thread.on('error', onError);
      thread.on('exit', () => {
        if (!closing) setTimeout(start, RESTART_MS).unref();
      });
      for (const one of kept.values()) tell({ kind: 'add', kept: one });
    };
    start();
    const living = setInterval(() => tell({ kind: 'alive' }), data.leaseMs / HEARTBEATS_PER_LEASE).unref();

    return {
      poll() {
        for (;;) {
          const received = receiveMessageOnPort(port);
          if (!received) return;
          // The other end of the port is runHeartbeats.
          take(received.message as FromHeartbeat);
        }
      },
      add(one) {
        kept.set(keyOf(one), one);
        tell({ kind: 'add', kept: one });
      },
      drop(lease) {
        kept.delete(keyOf({ lease }));
        tell({ kind: 'drop', lease });
      },
      async close() {
        closing = true;
        clearInterval(living);
        const gone = once(thread, 'exit', { signal: AbortSignal.timeout(CLOSE_MS) });
        tell({ kind: 'close' });
        await gone.catch(() => thread.terminate());
      },
    };
  };
