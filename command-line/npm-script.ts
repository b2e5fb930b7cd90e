import { basename } from 'node:path';
import { commonFlags } from './help.ts';
import type { Flags } from './flag.ts';

/** The npm script that started this process. */
export interface NpmScript {
  /** As a person writes it: `npm run build`, `npm test`. */
  readonly call: string;
  /** How many of the arguments stand in the script itself. */
  readonly words: number;
  /** The variables in which npm hands on the flags that it took for its own. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/**
 * The script that runs this file, by the variables that npm sets for it. Undefined when a person has called the file, and
 * when another program has that a script runs: it inherits the variables.
 */
export function npmScript(
  variables: Readonly<Record<string, string | undefined>>,
  file: string | undefined,
): NpmScript | undefined {
  const { npm_lifecycle_event: event, npm_lifecycle_script: script } = variables;
  if (event === undefined || script === undefined || file === undefined) return undefined;
  const [program, path, ...words] = script.split(' ');
  if (program !== 'node' || path === undefined || basename(path) !== basename(file) || !file.endsWith(path))
    return undefined;
  const call = event === 'test' || event === 'start' ? `npm ${event}` : `npm run ${event}`;
  return { call, words: words.length, variables };
}

/** npm keeps flags before `--` to itself and hands them on as variables: what the user asked for would be lost. */
export function keptByNpm({ variables }: NpmScript, flags: Flags): string[] {
  const own = Object.entries(flags).filter(([name]) => !Object.hasOwn(commonFlags, name));
  const long = own
    .filter(([name]) => variables[`npm_config_${name.replaceAll('-', '_')}`] !== undefined)
    .map(([name]) => `--${name}`);
  const letters = own.flatMap(([, { short }]) => short ?? []);
  const short = Object.entries(variables).flatMap(([variable, value]) => {
    const group = /^npm_config_([a-z]{1,3})$/.exec(variable)?.[1] ?? '';
    const ours = group !== '' && Array.from(group).every((letter) => letters.includes(letter));
    return ours && value === 'true' ? [`-${group}`] : [];
  });
  return [...long, ...short];
}
