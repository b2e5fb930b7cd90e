import type { JobEnd, JobError, Lease, Release } from '../../job-store.ts';
import type { Rejection } from '../../rejection.ts';

/** What becomes of a message and its job: the one thing that every way through the loop comes to. */
export type Settlement =
  /** The job is over; `dead` when a person should look at it. */
  | { readonly kind: 'end'; readonly lease: Lease; readonly end: JobEnd; readonly dead: boolean }
  /** The job is given back for another attempt. */
  | { readonly kind: 'again'; readonly lease: Lease; readonly how: Release }
  /** The job waits in the store for a worker that can run it. */
  | { readonly kind: 'park' }
  /** The message comes again. */
  | { readonly kind: 'later'; readonly ms: number }
  /** Nobody has to be reminded of the job any more. */
  | { readonly kind: 'done' }
  /** The message can never become a job, and is put aside. */
  | { readonly kind: 'reject'; readonly why: JobError; readonly rejection: Rejection }
  /** Another worker may hold the job: nothing is said of it, and its message is left alone. */
  | { readonly kind: 'abandon' };
