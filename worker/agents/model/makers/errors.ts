import { Failure } from '../../../jobs/rules/failures.ts';

/** The worker has no identity that opens a maker's servers. */
export function noKey(maker: string, cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Failure('MODEL_KEY_REFUSED', `cannot sign in to ${maker}: ${why}`, { cause });
}
