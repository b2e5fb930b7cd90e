import type { Flags } from '../command-line/flag.ts';

/** Flags of every benchmark. */
export const reportFlags = {
  json: { value: 'FILE', help: 'Keep the report.' },
} as const satisfies Flags;

/** Reads a number above 0. */
export function positive(text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new Error(`expected a number above 0, got "${text}"`);
}
