import { notRetried } from '../../jobs/manage/retry-job.ts';
import { changeJobs } from './change-jobs.ts';

/** `worker jobs retry`. */
export const retryCommand = changeJobs(
  'retry',
  'Lets jobs that failed or were cancelled go on from their last checkpoint. Ends with 1 when one cannot.',
  async ({ store }, jobId) => {
    const answer = await store.retry(jobId);
    return answer === 'retried'
      ? { refused: false, why: 'waits for a worker' }
      : { refused: true, why: notRetried[answer] };
  },
);
