import { command } from '../../command-line/command.ts';
import { DONE, FAILED } from '../../command-line/exit-code.ts';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { at, metadataOf, text } from '../../functions/composition/read.ts';
import { table } from '../../command-line/columns.ts';
import { claimFlags, claimPaths } from '../flags.ts';
import { loadClaims, noClaim, platformFor } from '../input/load.ts';
import { locate } from '../input/yaml-position.ts';
import { findingLine, sortedFindings } from '../output/findings.ts';
import { codeInMarkdown, documentText, formatFlag, inMarkdown } from '../output/format.ts';
import { kustomizedNotes } from '../output/notes.ts';
import type { Format } from '../output/format.ts';

/** A claim on one line. */
interface Line {
  readonly claim: JsonObject;
  /** File and line. */
  readonly where: string;
}

export const list = command({
  description: `Lists the claims in files and folders, each with its size and where it stands.
Exit code 0 when all files could be read and there is a claim, 1 when not, 2 when the call itself is wrong.`,
  operands: claimPaths,
  flags: { ...claimFlags, output: formatFlag(['text', 'yaml', 'json', 'markdown']) },
  async run({ flags, operands }, terminal) {
    const platform = await platformFor(flags.xrd);
    const sorted = await loadClaims(platform, operands, flags.namespace);
    const lines = sorted.claims.map(({ claim, file, document, prefix }) => ({
      claim,
      where: `${file}:${locate(document, prefix).line}`,
    }));
    if (lines.length > 0) terminal.print(shown(lines, flags.output));
    for (const finding of sortedFindings(sorted.findings)) terminal.say(findingLine(finding));
    for (const note of kustomizedNotes(sorted.kustomized)) terminal.say(`note: ${note}`);
    if (lines.length === 0) terminal.say(noClaim(sorted, operands));
    return lines.length > 0 && sorted.findings.length === 0 ? DONE : FAILED;
  },
});

function shown(lines: readonly Line[], format: Exclude<Format, 'sarif'>): string {
  const cells = lines.map(({ claim, where }) => {
    const { namespace, name } = metadataOf(claim);
    return { namespace, kind: text(claim.kind), name, size: text(at(claim, 'spec', 'size')), where };
  });
  switch (format) {
    case 'text':
      return table(
        ['NAMESPACE', 'KIND', 'NAME', 'SIZE', 'WHERE'],
        cells.map(({ namespace, kind, name, size, where }) => [namespace, kind, name, size || '-', where]),
      );
    case 'markdown':
      return [
        '| namespace | kind | name | size | where |\n| --- | --- | --- | --- | --- |',
        ...cells.map(
          ({ namespace, kind, name, size, where }) =>
            `| ${inMarkdown(namespace)} | ${kind} | ${inMarkdown(name)} | ${size} | ${codeInMarkdown(where)} |`,
        ),
      ]
        .join('\n')
        .concat('\n');
    case 'yaml':
    case 'json': {
      const claims = cells.map(({ size, ...each }, index) => ({
        apiVersion: text(lines[index]?.claim.apiVersion),
        ...each,
        ...(size === '' ? {} : { size }),
      }));
      return documentText({ kind: 'Claims', version: 1, claims }, format);
    }
  }
}
