import type { Place } from '../input/yaml-position.ts';

/** Something wrong in a file, for its author. */
export interface Finding {
  readonly file: string;
  readonly place?: Place;
  /** What it is about, such as `PostgresInstance shop/orders-db`; absent for a file as a whole. */
  readonly subject?: string;
  /** A field path, or empty. */
  readonly path: string;
  readonly message: string;
}

/** `file:line:column: field: message`, which terminals and editors make links of. */
export function findingLine({ file, place, subject, path, message }: Finding): string {
  const where = place === undefined ? file : `${file}:${place.line}:${place.column}`;
  const named = message.startsWith(`${path} `) ? '' : path;
  const about = [subject, named].filter((each) => each !== undefined && each !== '').join(' ');
  return about === '' ? `${where}: ${message}` : `${where}: ${about}: ${message}`;
}

/** In the order of the files, and of the lines in each. */
export function sortedFindings(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (a, b) =>
      (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
      (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
      (a.place?.column ?? 0) - (b.place?.column ?? 0),
  );
}
