import { DONE, FAILED, REFUSED } from '../../command-line/exit-code.ts';
import type { ExitCode } from '../../command-line/exit-code.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import type { Comparison } from '../../render/difference/compare-claims.ts';
import type { LoadedClaim } from '../input/claims.ts';
import { findingOf, titleOf } from '../input/claims.ts';
import type { Pair, Side } from '../output/difference.ts';
import type { Finding } from '../output/findings.ts';
import { findingLine, sortedFindings } from '../output/findings.ts';
import { printDifference } from '../output/print-difference.ts';
import type { PrintOptions } from '../output/print-difference.ts';

/** What a comparison has come to, whatever was compared. */
export interface Differences {
  readonly pairs: readonly (Pair & { readonly comparison: Comparison })[];
  /** Whether a file could not be read, so that nobody can say what changes. */
  readonly unread: boolean;
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
}

/** Prints it, and answers with the exit code. */
export function shown(
  { pairs, unread, findings, notes }: Differences,
  format: PrintOptions['format'],
  terminal: Terminal,
): ExitCode {
  const all = [...findings, ...pairs.flatMap(unreadable)];
  const lines = sortedFindings(all).map(findingLine);
  printDifference(pairs, lines, { format, quiet: unread || findings.length > 0 }, terminal);
  for (const note of notes) terminal.say(`note: ${note}`);
  for (const line of lines) terminal.say(line);
  return all.length > 0 ? REFUSED : exitCode(pairs.map(({ comparison }) => comparison));
}

function unreadable({ before, after, comparison }: Differences['pairs'][number]): Finding[] {
  if (comparison.kind !== 'unreadable') return [];
  const side = comparison.which === 'old' ? before : after;
  if (side === undefined) return [];
  return comparison.problems.map(({ path, message }) =>
    isLoaded(side)
      ? findingOf(side, path, message)
      : { file: side.file, subject: titleOf(side.claim), path, message },
  );
}

function isLoaded(side: Side): side is LoadedClaim {
  return 'document' in side;
}

function exitCode(comparisons: readonly Comparison[]): ExitCode {
  const differences = comparisons.flatMap((each) => (each.kind === 'compared' ? [each.difference] : []));
  if (differences.some((each) => each.refused.length > 0)) return REFUSED;
  const changed = differences.some(({ spec, objects }) => spec.length + objects.length > 0);
  return changed ? FAILED : DONE;
}
