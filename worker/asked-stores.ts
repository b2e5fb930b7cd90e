import type { CronStore } from './cron-store.ts';
import type { JobStore } from './job-store.ts';
import type { ThreadStore } from './thread-store.ts';

/** What callers over HTTP may ask of it: each tenant has each of these of its own, and nothing else is within its reach. */
export type AskedJobs = Pick<
  JobStore,
  'accept' | 'park' | 'cancel' | 'retry' | 'read' | 'request' | 'checkpoints' | 'list' | 'counts'
>;

/** What callers over HTTP may ask of it: each tenant has each of these of its own, and nothing else is within its reach. */
export type AskedThreads = Omit<
  ThreadStore,
  'takeWebhooks' | 'closeWebhook' | 'takeQuestions' | 'closeQuestion'
>;

/** What callers over HTTP may ask of it: each tenant has each of these of its own, and nothing else is within its reach. */
export type AskedCrons = Omit<CronStore, 'takeDue' | 'moveOn'>;
