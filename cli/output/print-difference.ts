import type { Terminal } from '../../command-line/terminal.ts';
import type { Comparison } from '../../render/difference/compare-claims.ts';
import type { Pair } from './difference.ts';
import { printDiff } from './difference.ts';
import { differenceDocument } from './difference-document.ts';
import { differenceMarkdown } from './difference-markdown.ts';
import { summaryLine, summaryOf } from './difference-summary.ts';
import { documentText } from './format.ts';
import type { Format } from './format.ts';

export interface PrintOptions {
  readonly format: Exclude<Format, 'sarif'>;
  /** Whether a person is spared the sentence that nothing changes, because something could not be read. */
  readonly quiet: boolean;
}

/** Prints what a change comes to, in any format; what could not be read is part of documents alone. */
export function printDifference(
  pairs: readonly (Pair & { readonly comparison: Comparison })[],
  findings: readonly string[],
  { format, quiet }: PrintOptions,
  terminal: Terminal,
): void {
  switch (format) {
    case 'text':
      if (!quiet || summaryLine(summaryOf(pairs)) !== summaryLine(summaryOf([])))
        terminal.print(printDiff(pairs, terminal));
      return;
    case 'markdown':
      return terminal.print(differenceMarkdown(pairs, findings));
    case 'yaml':
    case 'json':
      return terminal.print(documentText(differenceDocument(pairs, findings), format));
  }
}
