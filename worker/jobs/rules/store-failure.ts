import { Failure, asFailure } from './failures.ts';

/** What PostgreSQL calls the classes of its errors that say what is wrong with the data. */
const OF_THE_DATA: Readonly<Record<string, string>> = {
  22: 'a value that it cannot keep, such as a text with the character 0',
  23: 'a value against a rule of its tables',
  54: 'a value that is too large or too deep',
};

/** Two that wrote the same at once: the second finds what the first has written when it tries again. */
const UNIQUE_VIOLATION = '23505';

/**
 * Why a statement failed. By the class of its SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html) it is
 * the data, which would be refused again: STORE_REFUSED; or anything else, such as a connection that broke (08), a server that
 * has no room (53), is stopping (57) or not writable (25), a deadlock (40) and tables that are not there yet (42):
 * STORE_UNAVAILABLE, which is worth another try. The words of the server may quote the data, and stay in the log.
 */
export function storeFailure(what: string, cause: unknown): Failure {
  if (cause instanceof Failure) return cause;
  // Of what is written down here for the server: a text or buffer that is too long, and our own mistakes.
  if (cause instanceof RangeError)
    return new Failure('STORE_REFUSED', `cannot ${what}: the data is too large`, { cause });
  if (cause instanceof TypeError || cause instanceof SyntaxError) return asFailure(cause);
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const why = code.length === 5 && code !== UNIQUE_VIOLATION ? OF_THE_DATA[code.slice(0, 2)] : undefined;
  if (why === undefined)
    return new Failure('STORE_UNAVAILABLE', `cannot ${what}: PostgreSQL failed`, { cause });
  return new Failure('STORE_REFUSED', `cannot ${what}: PostgreSQL refuses ${why} (SQLSTATE ${code})`, {
    cause,
  });
}
