import { asFailure } from '../../jobs/rules/failures.ts';
import { HttpError, unavailable } from '../answer.ts';
import type { Service } from '../service.ts';

/** Work of which nobody waits for the end; what goes wrong is in the log. */
export function unattended({ parts }: Service, what: string, work: Promise<unknown>): void {
  parts.background(work.catch((error: unknown) => parts.log.warn({ err: error }, `cannot ${what}`)));
}

/** What a store answers, or an agent makes of a thread: 503 when the store is away, 422 when it cannot be done. */
export async function asked<T>({ parts }: Service, what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code === 'STORE_UNAVAILABLE') {
      parts.log.warn({ err: error }, `cannot ${what}`);
      throw unavailable(`cannot ${what} now`);
    }
    if (failure.code === 'LEASE_LOST') throw new HttpError(409, `cannot ${what}: it took too long`);
    if (failure.code === 'INTERNAL') throw error;
    throw new HttpError(422, failure.message);
  }
}
