/** How a stream or consumer that was found differs from the one that `ensure-stream` would make. */
export interface Difference {
  readonly field: string;
  readonly found: unknown;
  readonly wanted: unknown;
  /** `update` is made, as it loses nothing; `keep` works as it is; `stop` does not work and needs a person. */
  readonly verdict: 'update' | 'keep' | 'stop';
  /** The fields that an `update` sets. */
  readonly change?: Readonly<Record<string, unknown>>;
  /** What becomes of jobs until it is changed; the worker does not take any before. */
  readonly harm?: string;
  /** The command that changes it by hand. */
  readonly mend?: string;
}

/** Text for a shell, quoted where it has to be. */
export function shellWord(text: string): string {
  return /^[\w./:=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** `ack_wait is 1000000000, expected 30000000000`. */
export function comparison({ field, found, wanted }: Difference): string {
  return `${field} is ${JSON.stringify(found ?? null)}, expected ${JSON.stringify(wanted)}`;
}

/** The first thing that keeps jobs from being run, as a sentence with the command that mends it. */
export function hindrance(what: string, differences: readonly Difference[]): string | undefined {
  const worst = differences.find(({ harm }) => harm !== undefined);
  if (!worst) return undefined;
  const ensure = worst.verdict === 'update' ? ['`worker ensure-stream`'] : [];
  const mends = [...ensure, ...(worst.mend === undefined ? [] : [`\`${worst.mend}\``])];
  return `${what}: ${comparison(worst)}: ${worst.harm}: run ${mends.join(' or ')}`;
}
