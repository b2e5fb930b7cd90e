import { command } from '../../command-line/command.ts';
import type { Call } from '../../command-line/command.ts';
import { FAILED } from '../../command-line/exit-code.ts';
import { refuseIdle } from '../../command-line/idle.ts';
import { allProblems } from '../../render/render-claim.ts';
import type { Platform } from '../../render/platform.ts';
import type { LoadedClaim, Sorted } from '../input/claims.ts';
import { duplicates, faultIn, findingOf, titleOf, unprotected } from '../input/claims.ts';
import { conflicts } from '../input/conflicts.ts';
import type { Flags } from '../../command-line/flag.ts';
import { claimFlags, claimPaths } from '../flags.ts';
import type { Finding } from '../output/findings.ts';
import { exitCodeOf, findingLine, sortedFindings } from '../output/findings.ts';
import { kustomizedNotes } from '../output/notes.ts';
import { documentText, formatFlag } from '../output/format.ts';
import type { Format } from '../output/format.ts';
import { sarif } from '../output/sarif.ts';
import { validationDocument, validationMarkdown } from '../output/validation.ts';
import type { Validation } from '../output/validation.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import manifest from '../../package.json' with { type: 'json' };
import { loadClaims, noClaim, platformFor } from '../input/load.ts';
import { loadRevision } from '../input/git-revision.ts';
import { registryFindings } from '../registry/tenants.ts';

const flags = {
  old: { value: 'PATH', many: true, help: 'File or folder with the claims as the cluster has them.' },
  revision: { value: 'REV', help: 'Git revision with the claims as the cluster has them.' },
  ...claimFlags,
  output: formatFlag(['text', 'yaml', 'json', 'markdown', 'sarif']),
} as const satisfies Flags;

export const validate = command({
  description: `Says what the API server would refuse, and what the function would: schema, unknown fields, names
and rules, all problems of all files, each with file, line, column and field. Says as well which of
the claims would share what only one may have, such as a stream of NATS: give those of one cluster,
and notes whose data a deletion would take.
With --old or --revision also the rules about a change, such as storage that only grows.
Of a tenant registry, tenants/FOLDER/config.yaml, says the same by the schema of such files (\`schema tenant\`).
Exit code 0 when all claims are valid, 1 when one is not, 2 when the call itself is wrong.`,
  operands: claimPaths,
  flags,
  async run(call, terminal) {
    const paths = call.operands;
    if (call.flags.revision !== undefined) refuseIdle(call, ['old'], 'beside --revision');
    const platform = await platformFor(call.flags.xrd);
    const sorted = await loadClaims(platform, paths, call.flags);
    const before = await oldClaims(platform, call);
    const judged = sorted.claims.map((each) => ({
      each,
      problems: problemsOf(platform, each, before.claims),
    }));
    const findings = [
      ...sorted.findings,
      ...registryFindings(sorted.registry),
      ...before.findings,
      ...judged.flatMap(({ problems }) => problems),
      ...conflicts(
        platform,
        judged.flatMap(({ each, problems }) => (problems.length === 0 ? [each] : [])),
      ),
    ];
    if (findings.length === 0 && sorted.claims.length === 0 && sorted.registry.length === 0) {
      terminal.say(noClaim(sorted, paths));
      for (const note of kustomizedNotes(sorted.kustomized)) terminal.say(`note: ${note}`);
      return FAILED;
    }
    print(validationOf(sorted, findings), call.flags.output, terminal);
    return exitCodeOf(findings);
  },
});

function print(validation: Validation, format: Format, terminal: Terminal): void {
  switch (format) {
    case 'text':
      for (const finding of validation.findings) terminal.print(`${findingLine(finding)}\n`);
      for (const note of validation.notes) terminal.say(`note: ${note}`);
      return terminal.say(summary(validation));
    case 'markdown':
      return terminal.print(validationMarkdown(validation));
    case 'sarif':
      return terminal.print(documentText(sarif(validation.findings, manifest.version), 'json'));
    case 'json':
    case 'yaml':
      return terminal.print(documentText(validationDocument(validation), format));
  }
}

async function oldClaims(platform: Platform, call: Call<typeof flags>): Promise<Sorted> {
  const { old, revision } = call.flags;
  if (revision !== undefined) return loadRevision(platform, revision, call.operands, call.flags);
  return loadClaims(platform, old, call.flags);
}

function problemsOf(platform: Platform, each: LoadedClaim, before: readonly LoadedClaim[]): Finding[] {
  const title = titleOf(each.claim);
  const old = before.find(({ claim }) => titleOf(claim) === title);
  try {
    const problems = allProblems(platform, each.offer, each.claim, old?.claim);
    return problems.map(({ path, message }) => findingOf(each, path, message));
  } catch (error) {
    return [faultIn(each, error)];
  }
}

function validationOf(
  { claims, others, kustomized, registry }: Sorted,
  findings: readonly Finding[],
): Validation {
  const wrong = new Set(
    findings.flatMap(({ file, subject }) => (subject === undefined ? [] : `${file} ${subject}`)),
  );
  const kinds = [...Map.groupBy(others, (kind) => kind)].map(([kind, each]) => [kind, each.length] as const);
  return {
    claims: claims.length,
    valid: claims.length - wrong.size,
    tenants: registry.map(({ path }) => path),
    findings: sortedFindings(findings),
    notJudged: Object.fromEntries(kinds),
    notes: [
      ...duplicates(claims),
      ...(findings.length === 0 ? unprotected(claims) : []),
      ...kustomizedNotes(kustomized),
    ],
  };
}

/** How many claims and tenants there are and how many are wrong, and what nobody judged. */
function summary({ claims, valid, tenants, findings, notJudged }: Validation): string {
  const kinds = Object.entries(notJudged).map(([kind, count]) => `${count} ${kind}`);
  const unjudged = kinds.length === 0 ? '' : `; not judged, because no claim: ${kinds.join(', ')}`;
  const problems = findings.length === 1 ? '1 problem' : `${findings.length} problems`;
  const right = tenants.filter((path) => findings.every(({ file }) => file !== path));
  const counts = [
    ...(claims > 0 || tenants.length === 0 ? [`${valid} of ${claims} claims valid`] : []),
    ...(tenants.length > 0 ? [`${right.length} of ${tenants.length} tenants valid`] : []),
  ];
  return `${counts.join(', ')}, ${problems}${unjudged}`;
}
