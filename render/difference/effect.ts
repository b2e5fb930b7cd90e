import type { Json, Observed } from '../../functions/composition/contract.ts';

/** What a change does besides itself: stops Pods, or leaves no way back. */
export interface Effect {
  readonly kind: 'restarts' | 'final';
  readonly text: string;
}

/** Which effects a change of the fields at this path has. */
export interface Rule {
  readonly path: RegExp;
  readonly effects: (
    before: Json | undefined,
    after: Json | undefined,
    path: string,
    object: Observed,
  ) => readonly Effect[];
}

export function restarts(text: string): Effect {
  return { kind: 'restarts', text };
}

export function final(text: string): Effect {
  return { kind: 'final', text };
}
