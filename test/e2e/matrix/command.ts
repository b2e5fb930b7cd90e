import { command } from '../../../command-line/command.ts';
import { DONE, FAILED, REFUSED } from '../../../command-line/exit-code.ts';
import { Failure } from '../../../command-line/failure.ts';
import type { Flags } from '../../../command-line/flag.ts';
import type { chapterNames } from '../chapters.ts';
import { run } from '../shell.ts';
import { cellNames, cells, variableOf } from './cells.ts';
import type { Cell, CellName } from './cells.ts';

/** Those in which most of what other versions could change is used. */
const telling = [
  'database',
  'failover',
  'pooler',
  'inside',
  'worker',
  'jobs',
  'load',
  'rotation',
  'deletion',
] as const satisfies readonly (typeof chapterNames)[number][];

const flags = {
  chapters: { value: 'NAME,…', otherwise: telling.join(','), help: 'Which chapters to tell in each.' },
} as const satisfies Flags;

/** `npm run e2e matrix` */
export const matrixCommand = command({
  description: `Tells chapters of the story on nodes of other versions, one after the other, each made for it and ended after it.

Cells:
${cellNames.map((name) => `  ${name.padEnd(16)}${whatOf(cells[name])}`).join('\n')}`,
  operands: { usage: '[CELL…]', least: 0, most: Infinity },
  flags,
  async run({ flags: { chapters }, operands }, terminal) {
    const unknown = operands.filter((name) => !isCell(name));
    if (unknown.length > 0)
      throw new Failure(`cannot tell ${unknown.join(', ')}: the cells are ${cellNames.join(', ')}`, REFUSED);
    const wanted = operands.length === 0 ? cellNames : operands.filter(isCell);
    const outcomes: string[] = [];
    let failed = false;
    for (const name of wanted) {
      const began = performance.now();
      const how = await tellIn(cells[name], chapters.split(',')).then(
        () => 'told',
        (error: unknown) => {
          failed = true;
          return error instanceof Error ? error.message : String(error);
        },
      );
      const seconds = Math.round((performance.now() - began) / 1000);
      outcomes.push(`${name} (${whatOf(cells[name])}): ${how}, ${seconds} s\n`);
    }
    terminal.print(`\n${outcomes.join('')}`);
    return failed ? FAILED : DONE;
  },
});

function isCell(name: string): name is CellName {
  return cellNames.some((known) => known === name);
}

function whatOf(cell: Cell): string {
  return [variableOf(cell), ...cell.parts].filter((each) => each !== '').join(' ');
}

/** In processes of their own, as versions are read when a process begins. */
async function tellIn(cell: Cell, chapters: readonly string[]): Promise<void> {
  const how = { env: { ZEROTOUCH_VERSIONS: variableOf(cell) }, seconds: 2 * 3_600, show: true } as const;
  const e2e = (...args: readonly string[]) => run('npm', ['run', 'e2e', '--', ...args], how);
  await e2e('up', ...cell.parts);
  try {
    await e2e('tell', ...chapters);
  } finally {
    await e2e('down');
  }
}
