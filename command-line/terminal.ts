/** Where a command writes: what was asked for, and, apart from it, what else its user should know. */
export interface Terminal {
  /** Whether a person reads the output as it comes, so that color helps. */
  readonly colors: boolean;
  print(text: string): void;
  /** One line, for the user and not for the next program. */
  say(line: string): void;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    colors: process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb',
    print: (text) => process.stdout.write(text),
    say: (line) => process.stderr.write(`${line}\n`),
  };
}
