/** An error with its causes, in one line each. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const { message, name, cause } = error;
  const why = cause === undefined ? '' : `\n  because: ${describe(cause)}`;
  return `${message || name}${why}`;
}
