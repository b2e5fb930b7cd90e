import { cancelJob } from '../jobs/manage/cancel-job.ts';
import { forkJob } from '../jobs/manage/fork-job.ts';
import type { Fork } from '../jobs/manage/fork-job.ts';
import { notRetried } from '../jobs/manage/retry-job.ts';
import type { JobRecord } from '../job-store.ts';
import { HttpError, storeError } from './answer.ts';
import type { Answer } from './answer.ts';
import { countsView, jobView, summaryView } from './job-view.ts';
import { filterOf } from './listing.ts';
import type { ListingQuery } from './listing.ts';
import type { Service } from './service.ts';

/** The job, or 404; 503 when the store does not answer. */
export async function findJob(service: Service, jobId: string): Promise<JobRecord> {
  const { parts } = service;
  const read = () => asked(service, 'read the job', parts.store.read(jobId));
  const record = (await read()) ?? ((await noted(service)) ? await read() : undefined);
  if (!record) throw new HttpError(404, `there is no job ${jobId}`);
  return record;
}

/** Makes jobs known whose messages still wait; false when that cannot be done. */
async function noted({ parts, noteWaiting }: Service): Promise<boolean> {
  return noteWaiting().then(
    () => true,
    (error: unknown) => {
      parts.log.warn({ err: error }, 'cannot look at the messages that wait');
      return false;
    },
  );
}

/** `GET /jobs/{id}`. */
export async function getJob(service: Service, jobId: string): Promise<Answer> {
  return {
    status: 200,
    body: jobView(await findJob(service, jobId)),
  };
}

/** What the store answers; 503 when it does not, 422 when it never will. */
export async function asked<T>({ parts }: Service, what: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    parts.log.warn({ err: error }, `cannot ${what}`);
    throw storeError(what, error);
  });
}

/** `POST /jobs/{id}/cancel`: a job that waits ends at once, one that runs within a heartbeat. */
export async function postCancel(service: Service, jobId: string): Promise<Answer> {
  const { parts } = service;
  await findJob(service, jobId);
  const { answer, result } = await asked(service, 'cancel the job', cancelJob(parts, jobId));
  switch (answer) {
    case 'unknown':
      throw new HttpError(404, `there is no job ${jobId}`);
    case 'finished':
      throw new HttpError(409, `job ${jobId} is finished`);
    case 'requested':
      return { status: 202, body: { job_id: jobId, status: 'cancelling' } };
    case 'cancelled':
      parts.meter.count('cancelled');
      parts.ended(jobId);
      if (result) parts.background(parts.outbox.send([result]));
      return { status: 200, body: { job_id: jobId, status: 'cancelled' } };
  }
}

/** `POST /jobs/{id}/retry`: a job that failed or was cancelled goes on from its last checkpoint. */
export async function postRetry(service: Service, jobId: string): Promise<Answer> {
  const answer = await asked(service, 'retry the job', service.parts.store.retry(jobId));
  if (answer === 'unknown') throw new HttpError(404, `there is no job ${jobId}`);
  if (answer !== 'retried') throw new HttpError(409, `cannot retry job ${jobId}: ${notRetried[answer]}`);
  service.parts.due.soon(0);
  return { status: 202, body: { job_id: jobId, status: 'queued' } };
}

/** `GET /jobs/{id}/checkpoints`: from which the job, or a fork of it, can go on. */
export async function getCheckpoints(service: Service, jobId: string): Promise<Answer> {
  await findJob(service, jobId);
  const stored = await asked(service, 'read the checkpoints', service.parts.store.checkpoints(jobId, 1_000));
  return {
    status: 200,
    body: {
      checkpoints: stored.map((one) => ({
        checkpoint_id: one.checkpointId,
        job_id: one.jobId,
        tokens: one.tokens,
      })),
    },
  };
}

const notForked = {
  unknown: [404, 'there is no such job'],
  'no checkpoint': [404, 'it has no such checkpoint'],
  taken: [409, 'the id of the fork is taken by another job'],
} as const;

/** `POST /jobs/{id}/fork`: another job that goes on from a checkpoint of this one. */
export async function postFork(service: Service, jobId: string, fork: Fork): Promise<Answer> {
  const { parts } = service;
  const answer = await asked(service, 'fork the job', forkJob(parts, jobId, fork));
  if (answer !== 'forked') {
    const [status, why] = notForked[answer];
    throw new HttpError(status, `cannot fork job ${jobId}: ${why}`);
  }
  parts.due.soon(0);
  const path = `/jobs/${encodeURIComponent(fork.jobId)}`;
  return {
    status: 202,
    headers: { Location: path },
    body: { job_id: fork.jobId, status: 'queued', url: path },
  };
}

/** `GET /jobs`: a page of those that the query asks for, the newest first, and how many there are of each kind. */
export async function getJobs(service: Service, query: ListingQuery): Promise<Answer> {
  const [filter, counts] = [filterOf(query), query.counts === 'true'];
  const { limit, after } = query;
  const { store } = service.parts;
  const listing = Promise.all([
    limit === 0 ? [] : store.list(filter, limit, after),
    counts ? store.counts(filter) : [],
  ]);
  const [jobs, counted] = await asked(service, 'list the jobs', listing);
  const next = jobs.length < limit ? null : (jobs.at(-1)?.jobId ?? null);
  return {
    status: 200,
    body: { jobs: jobs.map(summaryView), next, ...(counts ? { counts: countsView(counted) } : {}) },
  };
}
