/** Exit statuses: 1 when the work could not be done, 2 when what the user gave is wrong. */
export const FAILED = 1;
export const WRONG = 2;

/** Says what is wrong with what the user gave, and ends. */
export function refuse(lines: readonly string[]): never {
  for (const line of lines) console.error(line);
  process.exit(WRONG);
}

/** An error with its causes, in one line each. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const { message, name, cause } = error;
  const why = cause === undefined ? '' : `\n  because: ${describe(cause)}`;
  return `${message || name}${why}`;
}
