import { command } from '../../command-line/command.ts';
import type { Call } from '../../command-line/command.ts';
import type { ExitCode } from '../../command-line/exit-code.ts';
import type { Flags } from '../../command-line/flag.ts';
import { refuseIdle } from '../../command-line/idle.ts';
import { documentsOf, printed } from '../../render/documents.ts';
import { claimFlags, claimPaths, inputFlags } from '../flags.ts';
import { inputsBeside } from '../input/objects.ts';
import { notes } from '../output/notes.ts';
import type { RenderedAll } from './render-claims.ts';
import { renderFiles, reported } from './rendered-files.ts';
import type { Terminal } from '../../command-line/terminal.ts';

const flags = {
  ...inputFlags,
  inputs: { help: 'Take NAME.observed.yaml and NAME.required.yaml that lie beside NAME.yaml.' },
  'include-full-xr': { short: 'x', help: 'Print the claim with its spec and metadata too.' },
  'include-function-results': { short: 'r', help: 'Print events, as objects of kind Result.' },
  tree: { help: 'Draw what each claim makes, how large it is, and what waits for what.' },
  'output-dir': { value: 'FOLDER', help: 'Write one file for each object instead of printing.' },
  watch: { help: 'Render again whenever a file changes.' },
  'generate-secrets': { help: 'Draw real passwords. Without it they are marked placeholders.' },
  ...claimFlags,
} as const satisfies Flags;

type RenderCall = Call<typeof flags>;

export const render = command({
  description: `Shows what claims become: the objects that Crossplane would make, without a cluster and without
Docker. Judges each claim as the API server would, and then does one reconcile of it.
Exit code 0 when every claim renders, 1 when one does not, 2 when the call itself is wrong.`,
  operands: claimPaths,
  flags,
  async run(call, terminal) {
    if (call.flags.tree && call.flags['output-dir'] === undefined)
      refuseIdle(call, ['include-full-xr', 'include-function-results'], 'with --tree');
    if (!call.flags.watch) return renderOnce(call, terminal);
    const { watch } = await import('./watch.ts');
    return watch(watchedPaths(call), () => renderOnce(call, terminal), terminal);
  },
});

function watchedPaths({ flags, operands }: RenderCall): string[] {
  const inputs = [
    ...flags['observed-resources'],
    ...flags['required-resources'],
    ...(flags.xrd ? [flags.xrd] : []),
  ];
  const beside = flags.inputs ? operands.map(inputsBeside) : [];
  return [...operands, ...inputs, ...beside.flatMap(({ observed, required }) => [...observed, ...required])];
}

async function renderOnce({ flags, operands }: RenderCall, terminal: Terminal): Promise<ExitCode> {
  const files = await renderFiles(operands, flags, flags['generate-secrets']);
  await show(files, flags, terminal);
  const shown = { beside: flags.inputs, drawn: flags.tree, nested: files.nested };
  for (const note of [...files.unused, ...notes(files.rendered, files.sorted, shown)])
    terminal.say(`note: ${note}`);
  return reported(files, operands, terminal);
}

async function show(
  { rendered, nested }: Pick<RenderedAll, 'rendered' | 'nested'>,
  flags: RenderCall['flags'],
  terminal: Terminal,
): Promise<void> {
  const options = {
    includeFullXr: flags['include-full-xr'],
    includeFunctionResults: flags['include-function-results'],
  };
  const folder = flags['output-dir'];
  if (folder !== undefined) {
    const { writeFiles } = await import('../output/write-files.ts');
    terminal.say(`note: ${await writeFiles(folder, rendered, options)}`);
  }
  if (flags.tree) {
    const [{ drawTrees }, { treesOf }] = await Promise.all([
      import('../output/tree.ts'),
      import('../output/trees.ts'),
    ]);
    terminal.print(drawTrees(treesOf([...rendered, ...nested]), terminal));
    return;
  }
  if (folder !== undefined) return;
  const documents = rendered.flatMap(({ claim, outcome }) => documentsOf(claim, outcome, options));
  terminal.print(printed(documents));
}
