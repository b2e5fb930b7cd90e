import { DONE, FAILED, REFUSED } from '../../command-line/exit-code.ts';
import type { ExitCode } from '../../command-line/exit-code.ts';
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
  /** The call names something that cannot be read, so it is the call that is wrong. */
  readonly call?: true;
}

/** How a command ends that has found these. */
export function exitCodeOf(findings: readonly Finding[]): ExitCode {
  if (findings.length === 0) return DONE;
  return findings.some(({ call }) => call) ? REFUSED : FAILED;
}

/** `file:line:column: field: message`, which terminals and editors make links of. */
export function findingLine({ file, place, subject, path, message }: Finding): string {
  const where = place === undefined ? file : `${file}:${place.line}:${place.column}`;
  const about = [subject, fieldBefore(path, message)]
    .filter((each) => each !== undefined && each !== '')
    .map(shortened);
  return printable(about.length === 0 ? `${where}: ${message}` : `${where}: ${about.join(' ')}: ${message}`);
}

/** The field that a message is of, where it does not begin with it itself. */
export function fieldBefore(path: string, message: string): string {
  return message.startsWith(`${path} `) ? '' : path;
}

/** Longer than any name or path that is right. */
const longest = 400;

function shortened(text = ''): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** A text on one line that moves no cursor and changes no color: names and fields are written by anybody. */
export function printable(text: string): string {
  return text.replaceAll(
    // oxlint-disable-next-line no-control-regex -- these are what it takes out
    /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
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
