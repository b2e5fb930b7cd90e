/** Where a command writes: what was asked for, and, apart from it, what else its user should know. */
export interface Terminal {
  /** Whether a person reads the output as it comes, so that color helps. */
  readonly colors: boolean;
  /** How wide the output may be; undefined where no terminal sets a bound, as in a file. */
  readonly columns?: number | undefined;
  print(text: string): void;
  /** One line, for the user and not for the next program. */
  say(line: string): void;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const told = Number(process.env['COLUMNS']);
  // Undefined, not false, for what is no terminal, whatever its type says.
  const isTerminal = Boolean(process.stdout.isTTY);
  return {
    colors: isTerminal && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb',
    columns: Number.isInteger(told) && told > 0 ? told : process.stdout.columns,
    print: (text) => process.stdout.write(text),
    say: (line) => process.stderr.write(`${line}\n`),
  };
}
