import type { Letter } from '../../ports.ts';

/** How long the worker that wrote a letter has for sending it, before any worker may. */
export const OWN_TURN = `interval '5 s'`;

/** Letters as five parallel arrays, which one `unnest` turns into rows whatever their number. */
export function letterColumns(letters: readonly Letter[]): readonly unknown[] {
  return [
    letters.map((letter) => letter.id),
    letters.map((letter) => letter.subject),
    letters.map((letter) => JSON.stringify(letter.headers)),
    letters.map((letter) => Buffer.from(letter.body)),
  ];
}

/** The rows of `letterColumns` when its arrays are the parameters from `first` on. */
export function letterRows(first: number): string {
  return `unnest($${first}::text[], $${first + 1}::text[], $${first + 2}::json[], $${first + 3}::bytea[]) AS letter (id, subject, headers, body)`;
}
