import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { command } from '../command-line/command.ts';
import { DONE, FAILED, REFUSED } from '../command-line/exit-code.ts';
import type { ExitCode } from '../command-line/exit-code.ts';
import { Failure } from '../command-line/failure.ts';
import { main } from '../command-line/main.ts';
import type { Terminal } from '../command-line/terminal.ts';
import manifest from '../package.json' with { type: 'json' };

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
What failed is named at the end. The last line counts: N passed, N failed, N skipped.`;

const root = join(import.meta.dirname, '..');

interface Count {
  passed: number;
  skipped: number;
  /** A line for each, which says where and why. */
  readonly failures: string[];
}

interface Test {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly Test[];
    readonly message: string;
  }[];
}

function run(command: string, args: readonly string[]): Promise<number> {
  const child = spawn(command, args, { stdio: 'inherit', cwd: root });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}

async function runTier(tier: string, paths: readonly string[], folder: string): Promise<Count> {
  const report = join(folder, `${tier}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run('vitest', ['run', '--project', tier, '--passWithNoTests', ...reporters, ...paths]);
  return counted(tier, report, code);
}

/** A run that ended badly without a failed test, such as one that found a file it could not load, has failed. */
function counted(tier: string, report: string, code: number): Count {
  try {
    const found = JSON.parse(readFileSync(report, 'utf8')) as Report;
    const failures = found.testResults.flatMap(failuresOf);
    return {
      passed: found.numPassedTests,
      skipped: found.numPendingTests + found.numTodoTests,
      failures: code !== 0 && failures.length === 0 ? [`${tier}: vitest ended with ${code}`] : failures,
    };
  } catch {
    return { passed: 0, skipped: 0, failures: [`${tier}: vitest left no report`] };
  }
}

function failuresOf({ name, assertionResults, message }: Report['testResults'][number]): string[] {
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  const file = relative(root, name);
  if (failed.length === 0) return message === '' ? [] : [`${file}: ${firstLine(message)}`];
  return failed.map((each) => `${file}: ${each.fullName}: ${firstLine(each.failureMessages[0] ?? '')}`);
}

function firstLine(text: string): string {
  return stripVTControlCharacters(text).trim().split('\n', 1)[0] ?? '';
}

async function test(wanted: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const paths = wanted.filter((each) => each.includes('/'));
  const named = wanted.filter((each) => !each.includes('/'));
  const known: readonly string[] = [...tiers, ...onDemand];
  const unknown = named.filter((each) => !known.includes(each));
  if (unknown.length > 0)
    throw new Failure(`cannot run ${unknown.join(', ')}: the tiers are ${known.join(', ')}`, REFUSED);
  const checked = paths.length > 0 || (await run('npm', ['run', '--silent', 'check'])) === 0;
  const total: Count = { passed: checked ? 1 : 0, skipped: 0, failures: checked ? [] : ['npm run check'] };
  const folder = mkdtempSync(join(tmpdir(), 'zerotouch-test-'));
  for (const tier of named.length > 0 ? known.filter((each) => named.includes(each)) : tiers) {
    const count = await runTier(tier, paths, folder);
    total.passed += count.passed;
    total.skipped += count.skipped;
    total.failures.push(...count.failures);
  }
  rmSync(folder, { recursive: true });
  // Once more, because what a tier printed is far above by now.
  for (const failure of total.failures) terminal.print(`failed: ${failure}\n`);
  terminal.print(`\n${total.passed} passed, ${total.failures.length} failed, ${total.skipped} skipped\n`);
  return total.failures.length === 0 ? DONE : FAILED;
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
