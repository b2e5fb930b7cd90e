import { randomUUID } from 'node:crypto';
import type { NewJob } from '../../worker/job-store.ts';

/** A job that nobody knows yet, of which a test says what it is about. */
export function newJob(more: Partial<NewJob> = {}): NewJob {
  const jobId = more.jobId ?? randomUUID();
  return {
    jobId,
    traceId: 't-1',
    traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
    payloadHash: 'h-1',
    request: `{"job_id":"${jobId}"}`,
    needs: ['openai'],
    agent: 'helper',
    about: 'Say hello.',
    ...more,
  };
}
