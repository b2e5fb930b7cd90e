/** Rows under their headings, each column as wide as its widest cell; the last is cut to the width of the terminal. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number | undefined,
): string {
  const all = [headings, ...rows];
  const widths = headings.map((_, index) => Math.max(...all.map((row) => row[index]?.length ?? 0)));
  const lines = all.map((row) => {
    const cells = row.map((cell, index) =>
      index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0),
    );
    return cells.join('  ').trimEnd().slice(0, columns);
  });
  return `${lines.join('\n')}\n`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** How long ago something was, in its largest unit. */
export function age(time: string, now: number): string {
  const ms = Math.max(0, now - Date.parse(time));
  const [unit, size] = UNITS.find(([, least]) => ms >= least) ?? ['s', 1_000];
  return `${Math.floor(ms / size)}${unit}`;
}
