import { cancelJob } from '../../jobs/manage/cancel-job.ts';
import type { Service } from '../service.ts';
import { asked } from './asked.ts';

/** A cancelled run ends within a heartbeat; after this it is not waited for. */
export const END_MS = 15_000;

/** Runs that were asked to end. */
interface Ending {
  /** Waits for the end of each, and forgets what they have made of the thread where that was asked for. */
  ended(): Promise<void>;
}

/** Asks runs to end, each of which is told when this resolves; with `back`, what they have made of the thread is forgotten. */
export async function cancelRuns(
  service: Service,
  thread: string,
  runIds: readonly string[],
  back: boolean,
): Promise<Ending> {
  const running = new Set<string>();
  for (const runId of runIds) if (await cancel(service, runId)) running.add(runId);
  return {
    async ended() {
      const signal = AbortSignal.any([service.stopping, AbortSignal.timeout(END_MS)]);
      for (const runId of runIds) {
        if (running.has(runId)) await service.waiting.until(runId, signal);
        if (back) await asked(service, 'take the run back', service.threads.removeRun(thread, runId, true));
      }
    },
  };
}

/** Whether the run goes on until its worker hears of it. */
async function cancel(service: Service, runId: string): Promise<boolean> {
  const { parts } = service;
  const { answer, result } = await asked(service, 'cancel the run', cancelJob(parts, runId));
  if (answer === 'cancelled') {
    parts.meter.count('cancelled');
    parts.ended(runId);
    if (result) parts.background(parts.outbox.send([result]));
  }
  return answer === 'requested';
}
