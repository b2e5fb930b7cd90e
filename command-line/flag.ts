/** A flag of a command. */
export interface Flag {
  /** One letter, for `-x`. */
  readonly short?: string;
  /** What its value is called in the help, such as `FILE`. A flag without is a switch. */
  readonly value?: string;
  /** It may be given several times, and every value counts; of any other flag the last one does. */
  readonly many?: true;
  /** The command cannot do without it. */
  readonly required?: true;
  /** What counts when it is not given, as its user would write it. */
  readonly otherwise?: string;
  /** A sentence. */
  readonly help: string;
  /** What the value means. Throws an Error that says what was expected: `expected …, got …`. */
  readonly read?: (text: string) => unknown;
}

export type Flags = Readonly<Record<string, Flag>>;

type ValueOf<F extends Flag> = F extends { readonly read: (text: string) => infer T } ? T : string;

type GivenFlag<F extends Flag> = F extends { readonly value: string }
  ? F extends { readonly many: true }
    ? readonly ValueOf<F>[]
    : F extends { readonly required: true } | { readonly otherwise: string }
      ? ValueOf<F>
      : ValueOf<F> | undefined
  : boolean;

/** What a command is given for its flags: of a switch whether it is there, of any other the value that was read. */
export type GivenFlags<F extends Flags> = { readonly [Name in keyof F]: GivenFlag<F[Name]> };

/** Reads a whole number of at least so much, and at most six digits, so that a thousand times as much still fits a timer. */
export function wholeNumber(least = 0): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d{1,6}$/.test(text) && number >= least) return number;
    throw new Error(`expected a whole number from ${least} to 999999, got "${text}"`);
  };
}
