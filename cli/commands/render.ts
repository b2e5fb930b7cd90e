import { documentsOf, printed } from '../../render/documents.ts';
import type { Arguments } from '../arguments.ts';
import type { Sorted } from '../input/claims.ts';
import type { Command } from '../command.ts';
import { commonFlags, inputFlags } from '../command.ts';
import { checkUnread } from '../input/context-values.ts';
import { limitTime } from '../deadline.ts';
import { findingLine, sortedFindings } from '../output/findings.ts';
import { inputsBeside } from '../input/objects.ts';
import { loadClaims, noClaim, pathsOf, platformFor } from '../input/load.ts';
import { loadServedKinds } from '../input/schemas.ts';
import { notes } from '../output/notes.ts';
import type { InputOptions, RenderedClaim } from './render-claims.ts';
import { renderClaims } from './render-claims.ts';
import type { Terminal } from '../terminal.ts';

export const render: Command = {
  name: 'render',
  usage: 'npm run render -- [FLAGS] FILE|FOLDER…',
  description: `Shows what claims become: the objects that Crossplane would make, without a cluster and without
Docker. Judges each claim as the API server would, and then does one reconcile of it.
Exit code 0 when every claim renders, 1 when one does not, 2 when the call itself is wrong.`,
  flags: {
    ...inputFlags,
    inputs: { help: 'Take NAME.observed.yaml and NAME.required.yaml that lie beside NAME.yaml.' },
    'include-full-xr': { short: 'x', help: 'Print the claim with its spec and metadata too.' },
    'include-function-results': { short: 'r', help: 'Print events, as objects of kind Result.' },
    tree: { help: 'Draw what each claim makes, how large it is, and what waits for what.' },
    'output-dir': { value: 'FOLDER', help: 'Write one file for each object instead of printing.' },
    watch: { help: 'Render again whenever a file changes.' },
    'generate-secrets': { help: 'Draw real passwords. Without it they are marked placeholders.' },
    'context-values': { value: 'KEY=VALUE', help: 'Pipeline context. The function reads none.' },
    'context-files': { value: 'KEY=FILE', help: 'Pipeline context from files. The function reads none.' },
    timeout: { value: 'DURATION', help: 'Give up after so long, such as 30s or 1m.' },
    ...commonFlags,
  },
  async run(args, terminal) {
    limitTime(args.value('timeout'));
    await checkUnread(args);
    if (!args.has('watch')) return renderOnce(args, terminal);
    const { watch } = await import('./watch.ts');
    return watch(watchedPaths(args), () => renderOnce(args, terminal), terminal);
  },
};

function watchedPaths(args: Arguments): string[] {
  const claims = pathsOf(render, args);
  const inputs = ['observed-resources', 'required-resources', 'xrd'].flatMap((flag) => args.values(flag));
  const beside = args.has('inputs') ? claims.map(inputsBeside) : [];
  return [...claims, ...inputs, ...beside.flatMap(({ observed, required }) => [...observed, ...required])];
}

async function renderOnce(args: Arguments, terminal: Terminal): Promise<number> {
  const paths = pathsOf(render, args);
  const platform = await platformFor(args);
  const sorted = await loadClaims(platform, paths, args);
  const options: InputOptions = {
    observed: args.values('observed-resources'),
    required: args.values('required-resources'),
    serves: await loadServedKinds(args.value('required-schemas')),
    beside: args.has('inputs'),
    generateSecrets: args.has('generate-secrets'),
  };
  const { rendered, findings, unused } = await renderClaims(platform, sorted.claims, options);
  await show(rendered, args, terminal);
  const shown = { beside: options.beside, drawn: args.has('tree') };
  for (const note of [...unused, ...notes(rendered, sorted.others, shown)]) terminal.say(`note: ${note}`);
  return report(sorted, [...sorted.findings, ...findings], paths, terminal);
}

async function show(rendered: readonly RenderedClaim[], args: Arguments, terminal: Terminal): Promise<void> {
  const options = {
    includeFullXr: args.has('include-full-xr'),
    includeFunctionResults: args.has('include-function-results'),
  };
  const folder = args.value('output-dir');
  if (folder !== undefined) {
    const { writeFiles } = await import('../output/write-files.ts');
    terminal.say(`note: ${await writeFiles(folder, rendered, options)}`);
  }
  if (args.has('tree')) {
    const { drawTrees } = await import('../output/tree.ts');
    terminal.print(drawTrees(rendered, terminal));
    return;
  }
  if (folder !== undefined) return;
  const documents = rendered.flatMap(({ claim, outcome }) => documentsOf(claim, outcome, options));
  terminal.print(printed(documents));
}

/** Prints what is wrong, and answers with the exit code. */
function report(
  sorted: Sorted,
  findings: Sorted['findings'],
  paths: readonly string[],
  terminal: Terminal,
): number {
  for (const finding of sortedFindings(findings)) terminal.say(findingLine(finding));
  if (findings.length > 0) return 1;
  if (sorted.claims.length > 0) return 0;
  terminal.say(noClaim(sorted, paths));
  return 1;
}
