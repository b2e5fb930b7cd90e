import { DONE, FAILED } from '../../command-line/exit-code.ts';
import type { ExitCode } from '../../command-line/exit-code.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import type { Sorted } from '../input/claims.ts';
import { loadClaims, noClaim, platformFor } from '../input/load.ts';
import type { Where } from '../input/load.ts';
import { loadServedKinds } from '../input/schemas.ts';
import { exitCodeOf, findingLine, sortedFindings } from '../output/findings.ts';
import type { InputOptions, RenderedAll } from './render-claims.ts';
import { renderClaims } from './render-claims.ts';

/** What the commands that render files are told by their flags. */
interface RenderFlags extends Where {
  readonly 'observed-resources': readonly string[];
  readonly 'required-resources': readonly string[];
  readonly 'required-schemas': string | undefined;
  readonly inputs: boolean;
  readonly xrd: string | undefined;
}

/** Everything in the files, and what became of the claims among it. */
export interface RenderedFiles extends RenderedAll {
  readonly sorted: Sorted;
}

/** Renders the claims in files and folders. */
export async function renderFiles(
  paths: readonly string[],
  flags: RenderFlags,
  generateSecrets: boolean,
): Promise<RenderedFiles> {
  const platform = await platformFor(flags.xrd);
  const sorted = await loadClaims(platform, paths, flags);
  const options: InputOptions = {
    observed: flags['observed-resources'],
    required: flags['required-resources'],
    serves: await loadServedKinds(flags['required-schemas']),
    beside: flags.inputs,
    generateSecrets,
  };
  const { rendered, nested, findings, unused } = await renderClaims(platform, sorted, options);
  return { sorted, rendered, nested, findings: [...sorted.findings, ...findings], unused };
}

/** Prints what is wrong, and answers with the exit code. */
export function reported(
  { sorted, findings }: RenderedFiles,
  paths: readonly string[],
  terminal: Terminal,
): ExitCode {
  for (const finding of sortedFindings(findings)) terminal.say(findingLine(finding));
  if (findings.length > 0) return exitCodeOf(findings);
  if (sorted.claims.length > 0) return DONE;
  terminal.say(noClaim(sorted, paths));
  return FAILED;
}
