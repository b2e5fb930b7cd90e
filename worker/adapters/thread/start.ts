import { workerData } from 'node:worker_threads';
import type { HeartbeatData } from './heartbeat-messages.ts';
import { runHeartbeats } from './heartbeat-thread.ts';

/** Starts what the thread is for. */
export function startThread(): void {
  // Written by heartbeats.ts.
  runHeartbeats(workerData as HeartbeatData);
}
