/**
 * One row of a table in Markdown. A bar ends a cell even inside of code, and a line break ends the table.
 * https://github.github.com/gfm/#example-200
 */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}
