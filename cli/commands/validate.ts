import { allProblems } from '../../render/render-claim.ts';
import type { Platform } from '../../render/platform.ts';
import type { Arguments } from '../arguments.ts';
import type { LoadedClaim, Sorted } from '../input/claims.ts';
import { duplicates, findingOf, titleOf } from '../input/claims.ts';
import type { Command } from '../command.ts';
import { commonFlags } from '../command.ts';
import type { Finding } from '../output/findings.ts';
import { findingLine, sortedFindings } from '../output/findings.ts';
import { counted, loadClaims, noClaim, pathsOf, platformFor } from '../input/load.ts';
import { loadRevision } from '../input/git-revision.ts';

export const validate: Command = {
  name: 'validate',
  usage: 'npm run validate -- [FLAGS] FILE|FOLDER…',
  description: `Says what the API server would refuse, and what the function would: schema, unknown fields, names
and rules, all problems of all files, each with file, line, column and field.
With --old or --revision also the rules about a change, such as storage that only grows.
Exit code 0 when all claims are valid, 1 when one is not, 2 when the call itself is wrong.`,
  flags: {
    old: { value: 'PATH', help: 'File or folder with the claims as the cluster has them.' },
    revision: { value: 'REV', help: 'Git revision with the claims as the cluster has them.' },
    ...commonFlags,
  },
  async run(args, terminal) {
    const paths = pathsOf(validate, args);
    const platform = await platformFor(args);
    const sorted = await loadClaims(platform, paths, args);
    const before = await oldClaims(platform, paths, args);
    const findings = [
      ...sorted.findings,
      ...before.findings,
      ...sorted.claims.flatMap((each) => problemsOf(platform, each, before.claims)),
    ];
    for (const finding of sortedFindings(findings)) terminal.print(`${findingLine(finding)}\n`);
    if (findings.length === 0 && sorted.claims.length === 0) {
      terminal.say(noClaim(sorted, paths));
      return 1;
    }
    for (const note of duplicates(sorted.claims)) terminal.say(`note: ${note}`);
    terminal.say(summary(sorted, findings));
    return findings.length === 0 ? 0 : 1;
  },
};

async function oldClaims(platform: Platform, paths: readonly string[], args: Arguments): Promise<Sorted> {
  const revision = args.value('revision');
  if (revision !== undefined) return loadRevision(platform, revision, paths, args);
  return loadClaims(platform, args.values('old'), args);
}

function problemsOf(platform: Platform, each: LoadedClaim, before: readonly LoadedClaim[]): Finding[] {
  const title = titleOf(each.claim);
  const old = before.find(({ claim }) => titleOf(claim) === title);
  return allProblems(platform, each.offer, each.claim, old?.claim).map(({ path, message }) =>
    findingOf(each, path, message),
  );
}

/** How many claims there are and how many are wrong, and what nobody judged. */
function summary({ claims, others }: Sorted, findings: readonly Finding[]): string {
  const wrong = new Set(
    findings.flatMap(({ file, subject }) => (subject === undefined ? [] : `${file} ${subject}`)),
  );
  const valid = claims.length - wrong.size;
  const unjudged = others.length === 0 ? '' : `; not judged, because no claim: ${counted(others)}`;
  const problems = findings.length === 1 ? '1 problem' : `${findings.length} problems`;
  return `${valid} of ${claims.length} claims valid, ${problems}${unjudged}`;
}
