import picocolors from 'picocolors';
import { titleOf } from '../input/claims.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import type { Tree } from './trees.ts';
import { widthOf, wrapLine } from './wrap.ts';

type Colors = ReturnType<typeof picocolors.createColors>;
type Screen = Pick<Terminal, 'colors' | 'columns'>;

/** A picture of each claim: what it makes, how large that is, what it waits for, and the Secrets that it needs. */
export function drawTrees(trees: readonly Tree[], screen: Screen): string {
  return trees.map((each) => drawTree(each, trees.length > 1, screen)).join('\n');
}

/** One line below a claim, in columns; the last one carries the color. */
interface Row {
  readonly cells: readonly string[];
  readonly state: string;
  readonly paint: (text: string) => string;
}

function drawTree(tree: Tree, several: boolean, { colors: wanted, columns }: Screen): string {
  const colors = picocolors.createColors(wanted);
  const { phase, size, message, fill } = tree;
  const file = several ? colors.dim(tree.file) : '';
  const head = [colors.bold(titleOf(tree.claim)), size, phaseColor(phase, colors)(phase), file]
    .filter((part) => part !== '')
    .join(' · ');
  const made = tree.resources.map(({ key, kind, name, size: large, ready, why }): Row => ({
    cells: [key, `${kind} ${name}`, large],
    state: ready ? 'ready' : `not ready: ${why}`,
    paint: ready ? colors.green : colors.yellow,
  }));
  const needed = tree.needs.map(({ secret, users, there, state }): Row => ({
    cells: [`Secret ${secret}`, `for ${users.join(', ')}`],
    state,
    paint: there ? colors.green : colors.red,
  }));
  const told = [
    ...(fill === '' ? [] : [colors.cyan(`↺ ${fill}`)]),
    ...(message === '' ? [] : [colors.dim(message)]),
  ];
  return [
    head,
    ...told.map((line) => wrapLine(`│  ${line}`, columns, '│    ')),
    ...branches(made, needed.length > 0, '', columns),
    ...(needed.length === 0 ? [] : ['└─ needs', ...branches(needed, false, '   ', columns)]),
    '',
  ].join('\n');
}

/** A line each where all fit; else what it is on one line, and its size and state below. */
function branches(
  rows: readonly Row[],
  more: boolean,
  indent: string,
  columns: number | undefined,
): string[] {
  const widths = (rows[0]?.cells ?? []).map((_, column) =>
    Math.max(...rows.map(({ cells }) => cells[column]?.length ?? 0)),
  );
  const tipOf = (index: number) => (!more && index === rows.length - 1 ? '└─' : '├─');
  const lines = rows.map(({ cells, state, paint }, index) => {
    const padded = cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
    return `${indent}${tipOf(index)} ${padded}  ${paint(state)}`;
  });
  if (columns === undefined || lines.every((line) => widthOf(line) <= columns)) return lines;
  return rows.flatMap(({ cells: [key = '', what = '', ...others], state, paint }, index) => {
    const rail = `${indent}${tipOf(index) === '└─' ? ' ' : '│'}`;
    const below = [...others.filter((cell) => cell !== ''), paint(state)].join(' · ');
    return [
      wrapLine(
        `${indent}${tipOf(index)} ${key.padEnd(widths[0] ?? 0)}  ${what}`.trimEnd(),
        columns,
        `${rail}    `,
      ),
      // A hard space keeps the rail from being taken for a word.
      wrapLine(`${rail}\u00A0\u00A0\u00A0\u00A0${below}`, columns, `${rail}      `).replaceAll('\u00A0', ' '),
    ];
  });
}

function phaseColor(phase: string, colors: Colors): (text: string) => string {
  if (phase === 'Ready') return colors.green;
  return phase === 'Failed' || phase === 'Degraded' ? colors.red : colors.yellow;
}
