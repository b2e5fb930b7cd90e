import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { Log } from '../jobs/parts.ts';

/** Longest silence, in milliseconds, before somebody at a terminal is told that the run goes on. */
const QUIET = 10_000;

/** Tells a person at a terminal that a run goes on, and of every attempt that fails. */
export class Progress {
  readonly #model: string;
  readonly #say: (text: string) => void;
  readonly #started = performance.now();
  #last = performance.now();
  #waitsFor = 'the model';
  readonly #timer: NodeJS.Timeout;

  /** @param model where models are asked, for whoever has mistyped it */
  constructor(model: string, say: (text: string) => void) {
    this.#model = model;
    this.#say = say;
    this.#timer = setInterval(() => this.#remind(), 1_000);
    this.#timer.unref();
  }

  /** Something was shown, and this is what the run waits for next. */
  heard(waitsFor: string): void {
    this.#last = performance.now();
    this.#waitsFor = waitsFor;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Seconds since the run began, with one decimal. */
  seconds(): string {
    return ((performance.now() - this.#started) / 1000).toFixed(1);
  }

  /** What the job loop writes for operators, as far as it says why a person has to wait. */
  log(): Log {
    const told = (fields: object, message: string): void => {
      if (message === 'attempt failed' && 'err' in fields)
        this.#tell(`attempt failed: ${causeOf(fields.err)} (model: ${this.#model})`);
      if (message === 'job handed back' && 'delayMs' in fields)
        this.#tell(`trying again in ${Math.ceil(Number(fields.delayMs) / 1000)} s; Ctrl-C ends it`);
    };
    const nothing = (): void => {};
    const log: Log = { debug: nothing, info: told, warn: told, error: nothing, child: () => log };
    return log;
  }

  #tell(line: string): void {
    this.heard(this.#waitsFor);
    this.#say(`\n${line}\n`);
  }

  #remind(): void {
    const quiet = performance.now() - this.#last;
    if (quiet < QUIET) return;
    this.heard(this.#waitsFor);
    this.#say(`\n… waiting for ${this.#waitsFor}, ${this.seconds()} s so far\n`);
  }
}

/** The error with what is at the bottom of it: between them others only say that something failed. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  let last = error;
  while (last.cause instanceof Error) last = last.cause;
  return last === error ? error.message : `${error.message}: ${last.message}`;
}

/** Tokens as results count them: `1,234 tokens in, 56 out`; empty when nobody has counted. */
export function tokensIn(end: JsonObject): string {
  const { result } = end;
  const usage = isJsonObject(result) ? result['usage'] : undefined;
  if (!isJsonObject(usage)) return '';
  const number = (name: string) => Number(usage[name] ?? 0).toLocaleString('en');
  return `${number('input_tokens')} tokens in, ${number('output_tokens')} out`;
}
