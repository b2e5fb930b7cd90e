import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { command } from '../command-line/command.ts';
import { DONE, FAILED, REFUSED } from '../command-line/exit-code.ts';
import type { ExitCode } from '../command-line/exit-code.ts';
import { Failure } from '../command-line/failure.ts';
import { main } from '../command-line/main.ts';
import type { Terminal } from '../command-line/terminal.ts';
import manifest from '../package.json' with { type: 'json' };
import { countOf, failedRun, failureLine, failuresIn, sum, together, unsteady } from './tiers/count.ts';
import type { Count, FailedTest, Report } from './tiers/count.ts';

/** Tiers, cheapest first. One after another: several of them kill servers and watch how long the rest takes. */
const tiers = ['pure', 'services', 'engine', 'packages', 'faults'] as const;

/** Run only when named: what it needs takes longer to build than all other tiers take. */
const onDemand = ['argocd'] as const;

const description = `Checks types, lint and format, then runs the tests of every tier, or of those that are named:

  pure      nothing but Node: rules, goldens, properties, the server over a socket
  services  the worker on a real PostgreSQL, NATS and Redis
  engine    the real Crossplane, kube-apiserver and etcd
  packages  both packages and both images, built, pushed and installed
  faults    servers and workers killed under load

and, only when it is named:

  argocd    the GitOps repositories, by a real Argo CD

A path, such as test/cli, keeps to the files below it, and leaves the check out.
What a tier needs is found, or built into a cache from pinned sources. On a machine where that cannot be,
the tier is skipped and says what would enable it; with CI=true it fails instead.
With CI=true up to three files of a tier that failed are run once more, alone; what passes then is named, too.
What failed is named at the end. The last line counts: N passed, N failed, N skipped.`;

const root = join(import.meta.dirname, '..');

function run(command: string, args: readonly string[]): Promise<number> {
  const child = spawn(command, args, { stdio: 'inherit', cwd: root });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}

/** More files than so many that fail in one tier are no accident of a busy machine. */
const MOST_AGAIN = 3;

async function runOnce(tier: string, paths: readonly string[], folder: string): Promise<Count> {
  const report = join(folder, `${tier}.json`);
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run('vitest', ['run', '--project', tier, '--passWithNoTests', ...reporters, ...paths]);
  return counted(tier, report, code);
}

/** A run that ended badly without a failed test, such as one that found a file it could not load, has failed. */
function counted(tier: string, report: string, code: number): Count {
  try {
    const count = countOf(JSON.parse(readFileSync(report, 'utf8')) as Report, (path) => relative(root, path));
    const isSilent = code !== 0 && failuresIn(count).length === 0;
    return isSilent ? together(count, failedRun(tier, `vitest ended with ${code}`)) : count;
  } catch {
    return failedRun(tier, 'vitest left no report');
  }
}

/** What a tier came to, and what of it passed only at the second try. */
interface Tier {
  readonly count: Count;
  readonly unsteady: readonly FailedTest[];
}

/** In CI a few files that failed are run once more, alone; whatever passes only then is named all the same. */
async function runTier(
  tier: string,
  paths: readonly string[],
  folder: string,
  terminal: Terminal,
): Promise<Tier> {
  const first = await runOnce(tier, paths, folder);
  const files = [...first].flatMap(([file, { failures }]) => (failures.length > 0 ? [file] : []));
  if (!process.env['CI'] || files.length === 0 || files.length > MOST_AGAIN || files.includes(tier))
    return { count: first, unsteady: [] };
  terminal.print(`\nonce more, alone: ${files.join(', ')}\n`);
  const second = await runOnce(tier, files, folder);
  return { count: together(first, second), unsteady: unsteady(first, second) };
}

async function test(wanted: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const paths = wanted.filter((each) => each.includes('/'));
  const named = wanted.filter((each) => !each.includes('/'));
  const known: readonly string[] = [...tiers, ...onDemand];
  const unknown = named.filter((each) => !known.includes(each));
  if (unknown.length > 0)
    throw new Failure(`cannot run ${unknown.join(', ')}: the tiers are ${known.join(', ')}`, REFUSED);
  const checked = paths.length > 0 || (await run('npm', ['run', '--silent', 'check'])) === 0;
  const folder = mkdtempSync(join(tmpdir(), 'zerotouch-test-'));
  const done: Tier[] = [];
  for (const tier of named.length > 0 ? known.filter((each) => named.includes(each)) : tiers)
    done.push(await runTier(tier, paths, folder, terminal));
  rmSync(folder, { recursive: true });
  const failures = done.flatMap(({ count }) => failuresIn(count)).map(failureLine);
  if (!checked) failures.unshift('npm run check');
  const passed = done.reduce((total, { count }) => total + sum(count, 'passed'), checked ? 1 : 0);
  const skipped = done.reduce((total, { count }) => total + sum(count, 'skipped'), 0);
  // Once more, because what a tier printed is far above by now.
  for (const each of done.flatMap(({ unsteady }) => unsteady))
    terminal.print(`passed alone, failed before: ${failureLine(each)}\n`);
  for (const failure of failures) terminal.print(`failed: ${failure}\n`);
  terminal.print(`\n${passed} passed, ${failures.length} failed, ${skipped} skipped\n`);
  return failures.length === 0 ? DONE : FAILED;
}

await main({
  name: 'test',
  version: manifest.version,
  root: command({
    description,
    operands: { usage: '[TIER…] [PATH…]', least: 0, most: Infinity },
    flags: {},
    run: ({ operands }, terminal) => test(operands, terminal),
  }),
});
