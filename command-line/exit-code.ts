/**
 * How every program of this repository ends, as `diff` and `grep` do:
 *
 * - 0: done.
 * - 1: the input has problems, two things differ, or the work that was asked for failed.
 * - 2: the call is wrong or refused, or the program itself is broken, so that nothing can be said about the input.
 */
export type ExitCode = 0 | 1 | 2;

export const DONE = 0;
export const FAILED = 1;
export const REFUSED = 2;
