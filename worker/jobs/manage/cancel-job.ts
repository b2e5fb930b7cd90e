import type { Cancellation, JobEnd, JobStore } from '../../job-store.ts';
import type { OutboxMessage } from '../../ports.ts';
import { lastEventsMessage } from '../rules/last-events.ts';
import { resultOf } from '../loop/result-of.ts';
import type { Ending } from '../loop/result-of.ts';

/** What became of a request to cancel, with the result event of a job that has ended by it. */
export interface Cancelled {
  readonly answer: Exclude<Cancellation, 'changed'>;
  readonly result: OutboxMessage | undefined;
}

/**
 * Ends a job that waits, and asks the worker that runs it to end it within a heartbeat. Its last events are sent by the sweep of
 * any worker.
 */
export async function cancelJob(
  { store, ...ending }: { readonly store: Pick<JobStore, 'read' | 'cancel'> } & Ending,
  jobId: string,
): Promise<Cancelled> {
  const error = { code: 'CANCELLED', message: 'the job was cancelled' };
  const end: JobEnd = { status: 'cancelled', error };
  for (;;) {
    const record = await store.read(jobId);
    if (!record) return { answer: 'unknown', result: undefined };
    const result = resultOf(ending, record, end);
    const messages = [result, lastEventsMessage(jobId, end, record.token)];
    const answer = await store.cancel(jobId, record.token, error, messages);
    if (answer !== 'changed') return { answer, result: answer === 'cancelled' ? result : undefined };
  }
}
