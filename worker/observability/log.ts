import { isatty } from 'node:tty';
import { pino } from 'pino';
import type { LevelWithSilent, Logger } from 'pino';
import { readableLine } from './readable-line.ts';

export interface LogConfig {
  readonly level: LevelWithSilent;
  /** Values that no log line may hold. */
  readonly secrets: readonly string[];
}

/** Shorter values would black out innocent words; nobody should have secrets like that. */
const SHORTEST_SECRET = 6;

/** Field names whose values are never printed, wherever they stand. */
const SECRET_FIELDS = ['password', 'apiKey', 'authorization', 'token', 'secret'];

/**
 * An error as log fields. Only these: clients attach what they were sending, such as the password of an AUTH command or the
 * values of a row.
 */
function errorFields(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const cause = error.cause === undefined ? {} : { cause: errorFields(error.cause) };
  return { type: error.name, message: error.message, ...code, stack: error.stack, ...cause };
}

/**
 * Blots secrets out of a text, also as they stand in JSON. Servers quote them: a key that is wrong, a database that is missing.
 */
export function hider(secrets: readonly string[]): (text: string) => string {
  const long = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
  const forms = [...new Set(long.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]))];
  return (text) => forms.reduce((left, secret) => left.replaceAll(secret, '[Redacted]'), text);
}

/**
 * JSON lines on standard output, or on a terminal lines for people, without secrets: neither under a telling name nor anywhere in
 * a text.
 */
export function openLog({ level, secrets }: LogConfig): Logger {
  const hide = hider(secrets);
  const colors = (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb';
  const isTerminal = isatty(1);
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: errorFields },
    redact: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]),
    hooks: { streamWrite: (line) => (isTerminal ? readableLine(hide(line), colors) : hide(line)) },
  });
}
