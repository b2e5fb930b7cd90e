import { Failure } from '../../command-line/failure.ts';

/**
 * How one thing stands that claims need of a cluster:
 *
 * - well: it is as it should be.
 * - unused: no claim needs it now, whether it is there or not.
 * - wrong: it is missing, broken, or of another version.
 * - unseen: it may not be read, or tells nothing.
 */
export type State = 'well' | 'unused' | 'wrong' | 'unseen';

/** One row of what a cluster is asked for. */
export interface Check {
  readonly subject: string;
  readonly state: State;
  readonly needed: string;
  readonly found: string;
  /** What to do about it; empty where there is nothing to do. */
  readonly todo: string;
}

/** What is looked at, and what it should be. */
export type Wanted = Pick<Check, 'subject' | 'needed'>;

export function well(wanted: Wanted, found: string): Check {
  return { ...wanted, state: 'well', found, todo: '' };
}

export function unused(wanted: Wanted, found: string): Check {
  return { ...wanted, state: 'unused', found, todo: '' };
}

export function wrong(wanted: Wanted, found: string, todo: string): Check {
  return { ...wanted, state: 'wrong', found, todo };
}

export function unseen(wanted: Wanted, found: string, todo = 'have somebody look who may read it'): Check {
  return { ...wanted, state: 'unseen', found, todo };
}

/** What a look finds. One that is not allowed is a row of its own, and hides nothing of the others. */
export async function looked<T>(look: () => Promise<T>, refused: (reason: string) => T): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Failure) return refused(error.message);
    throw error;
  }
}

/** A list of names that stays short: the first ones, and how many more there are. */
export function some(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length <= 3 ? shown : `${shown} and ${names.length - 3} more`;
}
