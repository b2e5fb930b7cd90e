/** Where a command writes: what was asked for, and, apart from it, what else its user should know. */
export interface Terminal {
  /** Whether a person reads the output as it comes, so that color helps. */
  readonly colors: boolean;
  print(text: string): void;
  /** One line, for the user and not for the next program. */
  say(line: string): void;
}
