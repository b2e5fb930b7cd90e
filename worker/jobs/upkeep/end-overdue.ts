import type { JobEnd } from '../../job-store.ts';
import { resultOf } from '../loop/result-of.ts';
import type { Parts } from '../parts.ts';
import { OVERDUE } from '../rules/decide.ts';
import { lastEventsMessage } from '../rules/last-events.ts';

export type EndingLate = Pick<
  Parts,
  'store' | 'queue' | 'clock' | 'settings' | 'outbox' | 'meter' | 'ended' | 'log'
>;

const BATCH = 100;

/** Ends jobs that wait and were to be through by now. One that runs is ended by its worker. */
export async function endOverdue(parts: EndingLate): Promise<void> {
  const { store, outbox, meter, log } = parts;
  const end: JobEnd = { status: 'failed', error: OVERDUE };
  for (const job of await store.overdue(BATCH)) {
    const result = resultOf(parts, job, end);
    const messages = [result, lastEventsMessage(job.jobId, end, job.token)];
    if (!(await store.endOverdue(job, OVERDUE, messages))) continue;
    parts.ended(job.jobId);
    meter.count('failed');
    log.info({ job_id: job.jobId, status: end.status, code: OVERDUE.code }, 'job ended');
    await outbox.send(messages);
  }
}
