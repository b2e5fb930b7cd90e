import { parseArgs } from 'node:util';
import { closest } from './closest.ts';
import type { Command } from './command.ts';
import type { Flag, Flags } from './flag.ts';

/** The arguments of a command as far as they could be read, and everything that is wrong with them. */
export interface Parsed {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly operands: readonly string[];
  readonly given: ReadonlySet<string>;
  readonly problems: readonly string[];
}

/** Reads the arguments of a command, all mistakes at once. */
export function parse(
  { flags, operands }: Pick<Command, 'flags' | 'operands'>,
  args: readonly string[],
): Parsed {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { short, value }]) => [
      name,
      {
        type: value === undefined ? ('boolean' as const) : ('string' as const),
        ...(short !== undefined && { short }),
      },
    ]),
  );
  const { tokens, positionals } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const given = tokens.filter((token) => token.kind === 'option');
  const problems = given.flatMap((token) => mistakeIn(token, flags) ?? []);
  const read = Object.entries(flags).map(([name, flag]) => {
    const texts = given.flatMap((token) => (token.name === name ? [token.value ?? ''] : []));
    return [name, valueOf(name, flag, texts, problems)] as const;
  });
  return {
    flags: Object.fromEntries(read),
    operands: positionals,
    given: new Set(given.map(({ name }) => name)),
    problems: [...problems, ...countProblems(positionals, operands)],
  };
}

interface Token {
  readonly name: string;
  /** As it was written: `--wait` or `-w`. */
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function mistakeIn({ name, rawName, value, inlineValue }: Token, flags: Flags): string | undefined {
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
  if (flag === undefined) {
    const meant = closest(name, Object.keys(flags));
    return `${rawName} is no flag of this command${meant === undefined ? '' : `; did you mean --${meant}?`}`;
  }
  if (flag.value === undefined)
    return value === undefined ? undefined : `${rawName}: expected no value, got "${value}"`;
  if (value === undefined) return `${rawName}: expected ${flag.value}, got nothing`;
  const looksLikeFlag = inlineValue === false && /^-./.test(value);
  return looksLikeFlag
    ? `${rawName}: expected ${flag.value}, got ${value}; a value that begins with - is written ${rawName}=${value}`
    : undefined;
}

function valueOf(name: string, flag: Flag, texts: readonly string[], problems: string[]): unknown {
  const { value, many, required, otherwise, read = (text: string) => text } = flag;
  if (value === undefined) return texts.length > 0;
  const given = texts.length === 0 && otherwise !== undefined ? [otherwise] : texts;
  if (required && given.length === 0) problems.push(`expected --${name} ${value}`);
  const values = given.map((text) => {
    try {
      return read(text);
    } catch (error) {
      problems.push(`--${name}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  });
  return many ? values : values.at(-1);
}

function countProblems(given: readonly string[], { usage, least, most }: Command['operands']): string[] {
  if (given.length < least)
    return [`expected ${usage}${given.length === 0 ? '' : `, got ${given.join(' ')}`}`];
  if (given.length <= most) return [];
  return [
    most === 0
      ? `expected no arguments, got ${given.join(' ')}`
      : `expected ${usage}, got ${given.join(' ')}`,
  ];
}
