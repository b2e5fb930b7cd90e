import { styleText } from 'node:util';

/** What is said of an error, or of what caused it. */
interface ErrorFields {
  readonly type?: string;
  readonly message?: string;
  readonly stack?: string;
  readonly cause?: ErrorFields;
}

interface Entry {
  readonly level?: string;
  readonly time?: string;
  readonly msg?: string;
  readonly err?: ErrorFields;
}

const styles = { debug: 'dim', warn: 'yellow', error: 'red', fatal: 'red' } as const;

/**
 * A JSON line of the log as a person at a terminal reads it: time of day, level, message, then all other fields by name. The
 * stack of an error follows on lines of its own, and those of its causes.
 */
export function readableLine(line: string, colors: boolean): string {
  const { level = '', time = '', msg = '', err, ...fields } = JSON.parse(line) as Entry;
  const style = styles[level as keyof typeof styles] ?? 'none';
  const name = level.toUpperCase().padEnd(5);
  const shown = colors ? styleText(style, name, { validateStream: false }) : name;
  const others = Object.entries(fields).map(([field, value]) => `  ${field}=${valueOf(value)}`);
  return `${time.slice(11, 23)} ${shown} ${msg}${others.join('')}\n${err ? stackOf(err) : ''}`;
}

/** A word as it is, all else as JSON. */
function valueOf(value: unknown): string {
  return typeof value === 'string' && /^[^\s"]+$/.test(value) ? value : JSON.stringify(value);
}

function stackOf({
  type = 'Error',
  message = '',
  stack = `${type}: ${message}`,
  cause,
}: ErrorFields): string {
  const own = `${stack.replaceAll(/^/gm, '    ')}\n`;
  return cause ? `${own}    caused by\n${stackOf(cause)}` : own;
}
