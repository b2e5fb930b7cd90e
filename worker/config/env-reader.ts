import { variables } from '../env.ts';
import type { Variable, VariableName } from '../env.ts';
import { parseJson } from '../json.ts';
import type { Json } from '../json.ts';
import type { Problem } from '../ports.ts';
import { parseDuration } from '../jobs/rules/duration.ts';

/** The environment, as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads variables one by one and collects what is wrong with them, so that a person sees all of it at once. What cannot be
 * read comes back as a value of the right type that nobody will use.
 */
export interface EnvReader {
  readonly problems: Problem[];
  /** Whether the variable has a value of its own. */
  has(name: VariableName): boolean;
  /** The value or its default; a problem when the variable is required and has neither. */
  text(name: VariableName): string;
  optional(name: VariableName): string | undefined;
  /** Variables that somebody else gives names to, after this prefix; those with a value. */
  named(prefix: string): Readonly<Record<string, string>>;
  integer(name: VariableName, least: number, most: number): number;
  /** Milliseconds. */
  duration(name: VariableName, leastMs: number): number;
  oneOf<T extends string>(name: VariableName, choices: readonly T[]): T;
  matching(name: VariableName, rule: RegExp, expected: string): string;
  url(name: VariableName, protocols: readonly string[]): string | undefined;
  /** Notes a problem that shows only when several variables are seen together; `got` names what was found. */
  refuse(name: VariableName, expected: string, got: string): void;
  /** A value written as JSON, in the shape that `read` accepts. */
  json<T>(name: VariableName, read: (value: Json) => T | undefined, expected: string): T;
}

/** How a refused value is shown: never when it is a secret. */
function shown({ secret }: Variable, value: string): string {
  return secret ? 'another value' : JSON.stringify(value);
}

function isUrl(text: string, protocols: readonly string[]): boolean {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol);
}

export function envReader(environment: Environment): EnvReader {
  const problems: Problem[] = [];
  const own = (name: VariableName): string | undefined => environment[name]?.trim() || undefined;
  const value = (name: VariableName): string | undefined => {
    const variable: Variable = variables[name];
    return own(name) ?? variable.default;
  };
  const refuse = (name: VariableName, found: string, expected: string): void => {
    problems.push({ path: name, message: `expected ${expected}, got ${shown(variables[name], found)}` });
  };

  return {
    problems,
    refuse(name, expected, got) {
      problems.push({ path: name, message: `expected ${expected}, got ${got}` });
    },
    has: (name) => own(name) !== undefined,
    text(name) {
      const found = value(name);
      if (found === undefined) problems.push({ path: name, message: 'missing' });
      return found ?? '';
    },
    optional: value,
    named(prefix) {
      const found = Object.entries(environment).map(([name, text]) => [name, text?.trim() ?? ''] as const);
      return Object.fromEntries(found.filter(([name, text]) => name.startsWith(prefix) && text !== ''));
    },
    integer(name, least, most) {
      const found = value(name) ?? '';
      const number = /^\d{1,15}$/.test(found) ? Number(found) : NaN;
      if (number >= least && number <= most) return number;
      refuse(name, found, `a whole number from ${least} to ${most}`);
      return least;
    },
    duration(name, leastMs) {
      const found = value(name) ?? '';
      const ms = parseDuration(found);
      if (ms !== undefined && ms >= leastMs) return ms;
      refuse(name, found, `a duration of at least ${leastMs}ms, such as 500ms, 30s, 10m, 24h or 7d`);
      return leastMs;
    },
    oneOf(name, choices) {
      const found = value(name) ?? '';
      const choice = choices.find((one) => one === found);
      if (choice !== undefined) return choice;
      refuse(name, found, `one of ${choices.join(', ')}`);
      // Never used: there is a problem. A list of choices is never empty.
      return choices[0] as (typeof choices)[number];
    },
    matching(name, rule, expected) {
      const found = value(name) ?? '';
      if (!rule.test(found)) refuse(name, found, expected);
      return found;
    },
    json<T>(name: VariableName, read: (value: Json) => T | undefined, expected: string): T {
      const found = value(name) ?? '';
      const parsed = read(parseJson(found) ?? null);
      if (parsed === undefined) refuse(name, found, expected);
      // Never used when there is a problem.
      return parsed as T;
    },
    url(name, protocols) {
      const found = value(name);
      if (found !== undefined && !isUrl(found, protocols))
        refuse(name, found, `a URL that starts with ${protocols.map((one) => `${one}//`).join(' or ')}`);
      return found;
    },
  };
}
