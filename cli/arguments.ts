import { parseArgs } from 'node:util';
import { Failure } from './failure.ts';

/** One flag of a command. */
export interface Flag {
  readonly short?: string;
  /** What a value is called in the help; a flag without is a switch. */
  readonly value?: string;
  readonly help: string;
}

export type Flags = Readonly<Record<string, Flag>>;

/** What a command was called with. */
export interface Arguments {
  readonly positionals: readonly string[];
  has(flag: string): boolean;
  /** The last value given. */
  value(flag: string): string | undefined;
  values(flag: string): readonly string[];
}

export const usageError = 2;

/** Reads the arguments of one command. Throws a Failure that names the flag which nobody knows. */
export function parseArguments(command: string, flags: Flags, argv: readonly string[]): Arguments {
  swallowedByNpm(command, flags);
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { short, value }]) => [
      name,
      {
        type: value === undefined ? ('boolean' as const) : ('string' as const),
        multiple: true,
        ...(short === undefined ? {} : { short }),
      },
    ]),
  );
  try {
    const { positionals, values } = parseArgs({ args: [...argv], options, allowPositionals: true });
    const all = (flag: string) => [values[flag] ?? []].flat();
    return {
      positionals,
      has: (flag) => all(flag).length > 0,
      value: (flag) => all(flag).map(String).at(-1),
      values: (flag) => all(flag).map(String),
    };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split(/\. |\n/)[0] ?? '') : '';
    throw new Failure(`${reason}; ${command} --help lists the flags`, usageError, { cause: error });
  }
}

/** npm keeps flags before `--` to itself and hands them on as variables: what the user asked for would be lost. */
function swallowedByNpm(command: string, flags: Flags): void {
  if (process.env.npm_lifecycle_event !== command) return;
  const long = Object.keys(flags)
    .filter((name) => process.env[`npm_config_${name.replaceAll('-', '_')}`] !== undefined)
    .map((name) => `--${name}`);
  const known = Object.values(flags).flatMap(({ short }) => short ?? []);
  const short = Object.entries(process.env).flatMap(([variable, value]) => {
    const letters = /^npm_config_([a-z]{1,3})$/.exec(variable)?.[1] ?? '';
    const ours = letters !== '' && Array.from(letters).every((letter) => known.includes(letter));
    return ours && value === 'true' ? [`-${letters}`] : [];
  });
  const taken = [...long, ...short].join(' ');
  if (taken === '') return;
  throw new Failure(`npm kept ${taken} to itself; write: npm run ${command} -- ${taken} …`, usageError);
}

/** The help of a command: its usage, what it does, and a line for each flag. */
export function helpOf(usage: string, text: string, flags: Flags): string {
  const rows = Object.entries(flags).map(([name, { short, value, help }]) => ({
    left: `${short === undefined ? '   ' : `-${short},`} --${name}${value === undefined ? '' : ` ${value}`}`,
    help,
  }));
  const width = Math.max(...rows.map(({ left }) => left.length)) + 2;
  const lines = rows.map(({ left, help }) => `  ${left.padEnd(width)}${help}`);
  return `Usage: ${usage}\n\n${text}\n\n${lines.join('\n')}\n`;
}
