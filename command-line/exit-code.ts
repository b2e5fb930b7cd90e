/**
 * How every program of this repository ends, as `diff` and `grep` do:
 *
 * - 0: done.
 * - 1: the input has problems, two things differ, or the work that was asked for failed.
 * - 2: the call is wrong or refused, or the program itself is broken, so that nothing can be said about the input.
 * - from 20 on: a 1 whose reason is told apart, for a Job of which Kubernetes tells nothing but this number.
 */
export type ExitCode = 0 | 1 | 2 | 20 | 21 | 22;

export const DONE = 0 as const;
export const FAILED = 1 as const;
export const REFUSED = 2 as const;

/** The streams belong to another executor. */
export const NAMES_TAKEN = 20 as const;
/** NATS does not know the login. */
export const LOGIN_REFUSED = 21 as const;
/** The account of the login has no JetStream. */
export const NO_JETSTREAM = 22 as const;
