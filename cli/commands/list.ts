import { command } from '../../command-line/command.ts';
import { DONE, FAILED, REFUSED } from '../../command-line/exit-code.ts';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { at, metadataOf, text } from '../../functions/composition/read.ts';
import { table } from '../../command-line/columns.ts';
import type { Platform } from '../../render/platform.ts';
import { accessNames, claimFlags, claimPaths, clusterFlags } from '../flags.ts';
import type { Access } from '../cluster/proxy.ts';
import { Failure } from '../../command-line/failure.ts';
import { refuseIdle } from '../../command-line/idle.ts';
import { loadClaims, noClaim, platformFor } from '../input/load.ts';
import { locate } from '../input/yaml-position.ts';
import { exitCodeOf, findingLine, printable, sortedFindings } from '../output/findings.ts';
import { codeInMarkdown, documentText, formatFlag, inMarkdown } from '../output/format.ts';
import { kustomizedNotes } from '../output/notes.ts';
import type { Format } from '../output/format.ts';

/** A claim on one line. */
interface Line {
  readonly claim: JsonObject;
  /** File and line, or what the cluster says of it. */
  readonly where: string;
}

export const list = command({
  description: `Lists the claims in files and folders, each with its size and where it stands, or with --cluster those of a cluster,
each with its phase.
Exit code 0 when all files could be read and there is a claim, 1 when not, 2 when the call itself is wrong.`,
  operands: { ...claimPaths, usage: 'FILE|FOLDER… | --cluster', least: 0 },
  flags: { ...claimFlags, ...clusterFlags, output: formatFlag(['text', 'yaml', 'json', 'markdown']) },
  async run(call, terminal) {
    const { flags, operands, name } = call;
    const platform = await platformFor(flags.xrd);
    if (flags.cluster === operands.length > 0)
      throw new Failure(`expected ${claimPaths.usage}, or --cluster; ${name} --help says more`, REFUSED);
    if (flags.cluster)
      refuseIdle(call, ['namespace', 'ignore'], 'with --cluster, which has --cluster-namespace');
    else refuseIdle(call, accessNames, 'without --cluster');
    if (flags.cluster) {
      const live = await linesOfCluster(platform, flags);
      if (live.length === 0) terminal.say('note: there is no claim in the cluster');
      terminal.print(shown(live, flags.output));
      return DONE;
    }
    const sorted = await loadClaims(platform, operands, flags);
    const lines = sorted.claims.map(({ claim, file, document, prefix }) => ({
      claim,
      where: `${file}:${locate(document, prefix).line}`,
    }));
    if (lines.length > 0) terminal.print(shown(lines, flags.output));
    for (const finding of sortedFindings(sorted.findings)) terminal.say(findingLine(finding));
    for (const note of kustomizedNotes(sorted.kustomized)) terminal.say(`note: ${note}`);
    if (lines.length + sorted.findings.length === 0) terminal.say(noClaim(sorted, operands));
    return lines.length + sorted.findings.length === 0 ? FAILED : exitCodeOf(sorted.findings);
  },
});

async function linesOfCluster(
  { offers }: Platform,
  access: Access & { readonly 'cluster-namespace': string | undefined },
): Promise<readonly Line[]> {
  const { withCluster } = await import('../cluster/with-cluster.ts');
  const found = await withCluster(access, (cluster) =>
    Promise.all(offers.map(({ definition }) => cluster.list(definition, access['cluster-namespace']))),
  );
  return found.flat().map((claim) => ({ claim, where: text(at(claim, 'status', 'phase')) || 'Pending' }));
}

function shown(lines: readonly Line[], format: Exclude<Format, 'sarif'>): string {
  const cells = lines.map(({ claim, where }) => {
    const { namespace, name } = metadataOf(claim);
    return { namespace, kind: text(claim.kind), name, size: text(at(claim, 'spec', 'size')), where };
  });
  switch (format) {
    case 'text':
      return table(
        ['NAMESPACE', 'KIND', 'NAME', 'SIZE', 'WHERE OR PHASE'],
        cells.map(({ namespace, kind, name, size, where }) =>
          [namespace, kind, name, size || '-', where].map(printable),
        ),
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
