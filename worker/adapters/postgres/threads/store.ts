import type pg from 'pg';
import type { ThreadStore } from '../../../thread-store.ts';
import type { Group } from '../statements/group.ts';
import { copyThread, holdThread, letGoOfThread, removeRun, removeThread } from './change-thread.ts';
import { closeQuestion, takeQuestions } from './questions.ts';
import { nextJob } from './next-job.ts';
import { listRuns, putRun, readRun } from './runs.ts';
import { closeWebhook, takeWebhooks } from './webhooks.ts';
import { countThreads, createThread, patchThread, readThread, searchThreads } from './threads.ts';

/** Threads of one group in PostgreSQL, beside its jobs. */
export function postgresThreads(pool: pg.Pool, group: Group): ThreadStore {
  return {
    create: (threadId, metadata, tenant) => createThread(pool, group, threadId, metadata, tenant),
    read: (threadId) => readThread(pool, group, threadId),
    search: (filter, page) => searchThreads(pool, group, filter, page),
    count: (filter) => countThreads(pool, group, filter),
    patch: (threadId, metadata) => patchThread(pool, group, threadId, metadata),
    remove: (threadId) => removeThread(pool, group, threadId),
    copy: (from, to) => copyThread(pool, group, from, to),
    hold: (threadId, holdMs) => holdThread(pool, group, threadId, holdMs),
    letGo: (threadId) => letGoOfThread(pool, group, threadId),
    putRun: (run) => putRun(pool, group, run),
    readRun: (threadId, runId) => readRun(pool, group, threadId, runId),
    nextJob: (jobId) => nextJob(pool, group, jobId),
    listRuns: (threadId, limit, offset) => listRuns(pool, group, threadId, limit, offset),
    takeWebhooks: (limit, holdMs) => takeWebhooks(pool, group, limit, holdMs),
    closeWebhook: (runId) => closeWebhook(pool, group, runId),
    takeQuestions: (limit, holdMs) => takeQuestions(pool, group, limit, holdMs),
    closeQuestion: (jobId) => closeQuestion(pool, group, jobId),
    removeRun: (threadId, runId, state) => removeRun(pool, group, threadId, runId, state),
  };
}
