import { command } from '../../command-line/command.ts';
import type { Flags } from '../../command-line/flag.ts';
import type { Call } from '../../command-line/command.ts';
import { REFUSED } from '../../command-line/exit-code.ts';
import type { ExitCode } from '../../command-line/exit-code.ts';
import { Failure } from '../../command-line/failure.ts';
import { refuseIdle } from '../../command-line/idle.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import {
  accessNames,
  claimFlags,
  claimPaths,
  clusterAccess,
  idleScope,
  surroundingFlags,
  surroundingNames,
} from '../flags.ts';
import { loadClaims, platformFor } from '../input/load.ts';
import { exitCodeOf, findingLine, sortedFindings } from '../output/findings.ts';
import type { Format } from '../output/format.ts';
import type { Tree } from '../output/trees.ts';
import { documentText, formatFlag } from '../output/format.ts';
import { notes } from '../output/notes.ts';
import { drawTrees } from '../output/tree.ts';
import { treesDocument, treesMarkdown, treesOf } from '../output/trees.ts';
import { renderFiles, reported } from './rendered-files.ts';

const flags = {
  live: { help: 'Draw the claims as the cluster has them, those in the files or else all.' },
  ...clusterAccess,
  ...surroundingFlags,
  inputs: { help: 'Take NAME.observed.yaml and NAME.required.yaml that lie beside NAME.yaml.' },
  ...claimFlags,
  output: formatFlag(['text', 'yaml', 'json', 'markdown']),
} as const satisfies Flags;

export const tree = command({
  description: `Draws what each claim makes, how large that is, what is not ready and why, and which Secrets others have to supply.
With --live as it is in a cluster, by kubectl and with the right to read claims, what they compose and what they ask for.
Exit code 0 when every claim renders, 1 when one does not, 2 when the call itself is wrong.`,
  operands: { ...claimPaths, usage: 'FILE|FOLDER… | --live [FILE|FOLDER…]', least: 0 },
  flags,
  async run(call, terminal) {
    const { flags: given, operands } = call;
    if (given.live) {
      refuseIdle(call, [...surroundingNames, 'inputs'], 'with --live, which asks the cluster');
      const [idle, why] = idleScope(operands);
      refuseIdle(call, idle, why);
      return drawLive(call, terminal);
    }
    refuseIdle(call, accessNames, 'without --live');
    if (operands.length === 0)
      throw new Failure(`expected ${claimPaths.usage}, or --live; ${call.name} --help says more`, REFUSED);
    const files = await renderFiles(operands, given, false);
    print(treesOf([...files.rendered, ...files.nested]), given.output, terminal);
    const shown = { beside: given.inputs, drawn: true, nested: files.nested };
    for (const note of [...files.unused, ...notes(files.rendered, files.sorted, shown)])
      terminal.say(`note: ${note}`);
    return reported(files, operands, terminal);
  },
});

async function drawLive(
  { flags: given, operands }: Call<typeof flags>,
  terminal: Terminal,
): Promise<ExitCode> {
  const [{ withCluster }, { liveTrees }] = await Promise.all([
    import('../cluster/with-cluster.ts'),
    import('./tree-live.ts'),
  ]);
  const platform = await platformFor(given.xrd);
  const sorted = operands.length === 0 ? undefined : await loadClaims(platform, operands, given);
  const { drawable, findings } = await withCluster(given, (cluster) =>
    liveTrees(platform, cluster, sorted?.claims, given['cluster-namespace']),
  );
  print(treesOf(drawable), given.output, terminal);
  const all = [...(sorted?.findings ?? []), ...findings];
  for (const finding of sortedFindings(all)) terminal.say(findingLine(finding));
  if (drawable.length + all.length === 0) terminal.say('note: there is no claim in the cluster');
  return exitCodeOf(all);
}

function print(trees: readonly Tree[], format: Exclude<Format, 'sarif'>, terminal: Terminal): void {
  switch (format) {
    case 'text':
      return terminal.print(drawTrees(trees, terminal));
    case 'markdown':
      return terminal.print(treesMarkdown(trees));
    case 'yaml':
    case 'json':
      return terminal.print(documentText(treesDocument(trees), format));
  }
}
