import { command } from '../../command-line/command.ts';
import type { Flags } from '../../command-line/flag.ts';
import { claimFlags, claimPaths, surroundingFlags } from '../flags.ts';
import { documentText, formatFlag } from '../output/format.ts';
import { notes } from '../output/notes.ts';
import { drawTrees } from '../output/tree.ts';
import { treesDocument, treesMarkdown, treesOf } from '../output/trees.ts';
import { renderFiles, reported } from './rendered-files.ts';

const flags = {
  ...surroundingFlags,
  inputs: { help: 'Take NAME.observed.yaml and NAME.required.yaml that lie beside NAME.yaml.' },
  ...claimFlags,
  output: formatFlag(['text', 'yaml', 'json', 'markdown']),
} as const satisfies Flags;

export const tree = command({
  description: `Draws what each claim makes, how large that is, what is not ready and why, and which Secrets others have to supply.
Exit code 0 when every claim renders, 1 when one does not, 2 when the call itself is wrong.`,
  operands: claimPaths,
  flags,
  async run({ flags: given, operands }, terminal) {
    const files = await renderFiles(operands, given, false);
    const trees = treesOf(files.rendered);
    switch (given.output) {
      case 'text':
        terminal.print(drawTrees(trees, terminal));
        break;
      case 'markdown':
        terminal.print(treesMarkdown(trees));
        break;
      case 'yaml':
      case 'json':
        terminal.print(documentText(treesDocument(trees), given.output));
    }
    const shown = { beside: given.inputs, drawn: true };
    for (const note of [...files.unused, ...notes(files.rendered, files.sorted, shown)])
      terminal.say(`note: ${note}`);
    return reported(files, operands, terminal);
  },
});
