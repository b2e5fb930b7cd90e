import { stripVTControlCharacters } from 'node:util';

/**
 * Breaks lines between words where they are wider than so many columns; what follows stands below the beginning of the line's
 * own text, after `hang`. Color goes on over a break, as terminals do it.
 */
export function wrapLine(line: string, columns: number | undefined, hang: string): string {
  if (columns === undefined || widthOf(line) <= columns) return line;
  const lead = /^\s*/.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = '';
  for (const word of line.slice(lead.length).split(' ')) {
    const start = lines.length === 0 ? lead : hang;
    const longer = current === '' ? start + word : `${current} ${word}`;
    if (current.trim() !== '' && widthOf(longer) > columns) {
      lines.push(current.trimEnd());
      current = hang + word;
    } else current = longer;
  }
  return [...lines, current].join('\n');
}

/** Columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  return Array.from(stripVTControlCharacters(text)).length;
}
