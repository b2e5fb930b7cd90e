import manifest from '../../package.json' with { type: 'json' };
import { command } from '../../command-line/command.ts';
import { DONE, FAILED, REFUSED } from '../../command-line/exit-code.ts';
import type { ExitCode } from '../../command-line/exit-code.ts';
import { clusterAccess } from '../flags.ts';
import { ownClusterBase } from '../input/cluster-base.ts';
import { platformFor } from '../input/load.ts';
import { checksDocument, checksMarkdown, countOf, drawChecks } from '../output/checks.ts';
import { documentText, formatFlag } from '../output/format.ts';
import type { Check } from '../verify/check.ts';

export const verifyCommand = command({
  description: `Looks whether a cluster has what claims need: Crossplane, our packages, their kinds, policies and roles, the operators of
the claims that are there, and whether those are Ready. It reads by kubectl, writes nothing, and needs no right that it cannot do
without: what it may not read is a row that says so.
Exit code 0 when all is well, 1 when something is wrong, 2 when nothing is and something could not be seen, or the cluster is away.`,
  flags: { ...clusterAccess, output: formatFlag(['text', 'yaml', 'json', 'markdown']) },
  async run({ flags }, terminal) {
    const [platform, base, { withCluster }, { verify }] = await Promise.all([
      platformFor(undefined),
      ownClusterBase(),
      import('../cluster/with-cluster.ts'),
      import('../verify/verify.ts'),
    ]);
    const expected = { platform, base, version: manifest.version };
    const checks = await withCluster(flags, (cluster) =>
      verify(cluster, expected, flags['cluster-namespace']),
    );
    switch (flags.output) {
      case 'text':
        terminal.print(drawChecks(checks, terminal));
        break;
      case 'markdown':
        terminal.print(checksMarkdown(checks));
        break;
      case 'yaml':
      case 'json':
        terminal.print(documentText(checksDocument(checks), flags.output));
    }
    return exitCodeOf(checks);
  },
});

function exitCodeOf(checks: readonly Check[]): ExitCode {
  if (countOf(checks, 'wrong') > 0) return FAILED;
  return countOf(checks, 'unseen') > 0 ? REFUSED : DONE;
}
