import picocolors from 'picocolors';
import type { JsonObject } from '../../functions/composition/contract.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import type { Check, State } from '../verify/check.ts';
import { printable } from './findings.ts';
import { inMarkdown } from './format.ts';
import { wrapLine } from './wrap.ts';

const states: readonly State[] = ['well', 'unused', 'wrong', 'unseen'];

/** A row on a line of its own; of what is not well also what was needed, and what to do. */
export function drawChecks(
  checks: readonly Check[],
  { colors: wanted, columns }: Pick<Terminal, 'colors' | 'columns'>,
): string {
  const colors = picocolors.createColors(wanted);
  const paint = { well: colors.green, unused: colors.dim, wrong: colors.red, unseen: colors.yellow };
  const width = Math.max(...checks.map(({ subject }) => subject.length));
  const indent = ' '.repeat(8);
  const lines = checks.flatMap(({ subject, state, needed, found, todo }) => [
    wrapLine(
      `${paint[state](state.padEnd(6))}  ${printable(subject).padEnd(width)}  ${printable(found)}`,
      columns,
      indent,
    ),
    ...(todo === ''
      ? []
      : [`needed: ${needed}`, `to do: ${todo}`].map((line) =>
          wrapLine(indent + printable(line), columns, `${indent}  `),
        )),
  ]);
  return [...lines, '', summaryOf(checks), ''].join('\n');
}

/** For programs; schemas/output.json describes it. */
export function checksDocument(checks: readonly Check[]): JsonObject {
  return {
    kind: 'Verification',
    version: 1,
    ...Object.fromEntries(states.map((state) => [state, countOf(checks, state)])),
    checks: checks.map(({ subject, state, needed, found, todo }) => ({
      subject,
      state,
      needed,
      found,
      ...(todo === '' ? {} : { todo }),
    })),
  };
}

/** For a report on a cluster. */
export function checksMarkdown(checks: readonly Check[]): string {
  const rows = checks.map(
    ({ subject, state, needed, found, todo }) =>
      `| ${[inMarkdown(subject), state, ...[needed, found, todo].map((each) => inMarkdown(printable(each)))].join(' | ')} |`,
  );
  const head = '| what | state | needed | found | to do |\n| --- | --- | --- | --- | --- |';
  return `**${summaryOf(checks)}**\n\n${[head, ...rows].join('\n')}\n`;
}

/** How many rows have a state. */
export function countOf(checks: readonly Check[], state: State): number {
  return checks.filter((each) => each.state === state).length;
}

function summaryOf(checks: readonly Check[]): string {
  const counts = states.map((state) => ({ state, count: countOf(checks, state) }));
  return `${counts.flatMap(({ state, count }) => (count === 0 ? [] : [`${count} ${state}`])).join(', ')}.`;
}
