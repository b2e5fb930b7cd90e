import type { Attempt } from './attempt-job.ts';
import type { Log, JobSettings } from '../parts.ts';
import type { AgentRun } from '../../ports.ts';
import { policyOf } from '../rules/options.ts';
import { lastAttempt } from '../rules/retry.ts';

/** Where an attempt begins; undefined when it ended before that was known. */
type Start = Parameters<AgentRun['begins']>[0] | undefined;

/**
 * Says once that an attempt begins, and from where: in the log, and in the live stream unless the lease is the job's first. There
 * it is the first word of the lease: nothing of an older one is added after it.
 */
export function beginning(
  settings: Pick<JobSettings, 'retry'>,
  { job, claimed, stream }: Pick<Attempt, 'job' | 'claimed' | 'stream'>,
  log: Log,
): (start: Start) => void {
  const { lease, attempt, trouble, lastError } = claimed.claim;
  const of = lastAttempt(attempt, trouble, policyOf(settings.retry, job.request.options));
  let isSaid = false;
  return (start) => {
    if (isSaid) return;
    isSaid = true;
    const step = typeof start === 'number' ? start : undefined;
    const fields = { agent: job.stored.agent, attempt, of, ...(step !== undefined && { step }) };
    if (lease.token === 1) return log.info(fields, 'job started');
    const after = lastError?.code;
    const { crashes } = trouble;
    const before = { ...(after !== undefined && { after }), ...(crashes > 0 && { crashes }) };
    log.info({ ...fields, ...before }, againText(attempt, of, start));
    stream.emit({ type: 'on_attempt', data: { attempt, of, step: step ?? null, after: after ?? null } });
  };
}

function againText(attempt: number, of: number, start: Start): string {
  const which = `attempt ${attempt} of ${of}`;
  if (start === undefined) return `job taken up again: ${which}`;
  return start === 'input' ? `job started again: ${which}` : `job resumed: ${which}, from step ${start}`;
}
