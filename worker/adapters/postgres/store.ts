import type pg from 'pg';
import { Failure } from '../../jobs/rules/failures.ts';
import type { JobStore } from '../../job-store.ts';
import { SchemaMismatch, readApplied, schemaProblems } from '../../migrate.ts';
import type { Migration } from '../../migrate.ts';
import { acceptJob } from './statements/accept-job.ts';
import { adoptJobs } from './statements/adopt-jobs.ts';
import { cancelJob } from './statements/cancel-job.ts';
import { claimJob } from './statements/claim-job.ts';
import { endOverdue, overdueJobs } from './statements/end-overdue.ts';
import { expiredJobs } from './statements/expired-jobs.ts';
import { finishJob } from './statements/finish-job.ts';
import { finishedJobs } from './statements/finished-jobs.ts';
import { forgetRates } from './statements/forget-rates.ts';
import { forgetSent } from './statements/forget-sent.ts';
import { checkpointsOf, requestOf } from './statements/job-checkpoints.ts';
import { countJobs, listJobs } from './statements/list-jobs.ts';
import { measureOutbox } from './statements/measure-outbox.ts';
import { beginNoting, noteJobs } from './statements/note-jobs.ts';
import { parkJob } from './statements/park-job.ts';
import { putOnThread } from './statements/put-on-thread.ts';
import { readJob } from './statements/read-job.ts';
import { rejectMessage } from './statements/reject-message.ts';
import { releaseJob } from './statements/release-job.ts';
import { removeJobs } from './statements/remove-jobs.ts';
import { renewLeases } from './statements/renew-leases.ts';
import { retryJob } from './statements/retry-job.ts';
import { takeTurn } from './statements/take-turn.ts';
import { takeDue } from './statements/take-due.ts';
import { thinJob } from './statements/thin-job.ts';
import { takeUnsent } from './statements/take-unsent.ts';
import type { Group } from './statements/group.ts';
import { otherGroups } from './statements/other-groups.ts';

/** Jobs and outbox of one group in PostgreSQL. Its clock is the only one that leases are measured by. */
export function postgresStore(pool: pg.Pool, group: Group, migrations: readonly Migration[]): JobStore {
  return {
    accept: (job, message) =>
      job.thread === undefined
        ? acceptJob(pool, group, job, message)
        : putOnThread(pool, group, job, job.thread, message),
    claim: (job, owner, leaseMs) => claimJob(pool, group, job, owner, leaseMs),
    park: (job) =>
      job.thread === undefined
        ? parkJob(pool, group, job)
        : putOnThread(pool, group, job, job.thread, undefined),
    takeDue: (taker) => takeDue(pool, group, taker),
    takeTurn: (rate) => takeTurn(pool, group, rate),
    renew: (leases, leaseMs) => renewLeases(pool, leases, leaseMs),
    finish: (lease, end, messages) => finishJob(pool, group, lease, end, messages),
    release: (lease, how) => releaseJob(pool, lease, how),
    reject: (rejection) => rejectMessage(pool, group, rejection),
    cancel: (jobId, token, error, messages) => cancelJob(pool, group, jobId, token, error, messages),
    overdue: (limit) => overdueJobs(pool, group, limit),
    endOverdue: (last, error, messages) => endOverdue(pool, group, last, error, messages),
    retry: (jobId) => retryJob(pool, group, jobId),
    request: (jobId) => requestOf(pool, group, jobId),
    checkpoints: (jobId, limit) => checkpointsOf(pool, group, jobId, limit),
    list: (filter, limit, after) => listJobs(pool, group, filter, limit, after),
    counts: (filter) => countJobs(pool, group, filter),
    read: (jobId) => readJob(pool, group, jobId),
    finished: (jobIds) => finishedJobs(pool, group, jobIds),
    takeUnsent: (limit, holdMs) => takeUnsent(pool, group, limit, holdMs),
    sent: (ids) => forgetSent(pool, ids),
    adopt: (graceMs, untouchedBefore, limit) => adoptJobs(pool, group, graceMs, untouchedBefore, limit),
    beginNoting: (source, holdMs) => beginNoting(pool, group, source, holdMs),
    note: (source, upTo, jobs) => noteJobs(pool, group, source, upTo, jobs),
    async expired(ageMs, limit) {
      await forgetRates(pool, group);
      return expiredJobs(pool, group, ageMs, limit);
    },
    thin: (ageMs) => thinJob(pool, group, ageMs),
    remove: (jobIds) => removeJobs(pool, jobIds),
    others: () => otherGroups(pool, group),
    outbox: () => measureOutbox(pool, group),
    check: () => checkSchema(pool, migrations),
    close: () => pool.end(),
  };
}

/** Throws unless the database has exactly the migrations of this worker. */
async function checkSchema(pool: pg.Pool, migrations: readonly Migration[]): Promise<void> {
  const applied = await readApplied(pool);
  const problems = schemaProblems(migrations, applied);
  if (problems.length > 0) throw new SchemaMismatch(problems.join('; '));
  const missing = migrations.length - applied.length;
  if (missing > 0)
    throw new Failure('STORE_UNAVAILABLE', `the schema lacks ${missing} migrations: run \`worker migrate\``);
}
