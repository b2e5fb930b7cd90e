import { parseArgs } from 'node:util';

/** What a benchmark is told: its numbers, and where to keep the report. */
export interface Options<Name extends string> {
  readonly numbers: Readonly<Record<Name, number>>;
  readonly json: string | undefined;
}

/**
 * Reads `--NAME NUMBER` for each of these numbers, and `--json FILE`. Ends the process with the usage when the arguments ask
 * for it, or are wrong, which is exit code 2.
 */
export function readOptions<Name extends string>(
  usage: string,
  defaults: Readonly<Record<Name, number>>,
): Options<Name> {
  try {
    const { help, json, ...given } = parse(Object.keys(defaults));
    if (help === true) {
      console.log(usage);
      process.exit(0);
    }
    const numbers: Record<Name, number> = { ...defaults };
    for (const name in defaults) numbers[name] = numberOf(name, given[name], defaults[name]);
    return { numbers, json: typeof json === 'string' ? json : undefined };
  } catch (error) {
    console.error(`cannot measure: ${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

function parse(names: readonly string[]): Record<string, string | boolean | undefined> {
  const text = { type: 'string' } as const;
  const options = {
    help: { type: 'boolean', short: 'h' },
    json: text,
    ...Object.fromEntries(names.map((name) => [name, text])),
  } as const;
  return parseArgs({ options }).values;
}

function numberOf(name: string, given: string | boolean | undefined, otherwise: number): number {
  if (given === undefined) return otherwise;
  const number = Number(given);
  if (Number.isFinite(number) && number > 0) return number;
  throw new Error(`--${name}: expected a number above 0, got ${String(given)}`);
}
