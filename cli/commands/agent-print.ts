import { command } from '../../command-line/command.ts';
import { DONE } from '../../command-line/exit-code.ts';
import { readDefinition } from '../../worker/commands/definition-file.ts';

export const agentPrint = command({
  description: `Prints a definition as JSON, as jobs carry it: out of JSON or YAML, with the scripts that lie beside it.`,
  operands: { usage: 'DEFINITION', least: 1, most: 1 },
  flags: {},
  async run({ operands: [file = ''] }, terminal) {
    terminal.print(`${JSON.stringify(await readDefinition(file), undefined, 2)}\n`);
    return DONE;
  },
});
