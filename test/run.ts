import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../command-line/command.ts';
import { DONE, FAILED, REFUSED } from '../command-line/exit-code.ts';
import type { ExitCode } from '../command-line/exit-code.ts';
import { Failure } from '../command-line/failure.ts';
import { main } from '../command-line/main.ts';
import type { Terminal } from '../command-line/terminal.ts';
import manifest from '../package.json' with { type: 'json' };

/** Tiers, cheapest first. One after another: several of them kill servers and watch how long the rest takes. */
const tiers = ['pure', 'services', 'engine', 'packages', 'faults'] as const;

const description = `Checks types, lint and format, then runs the tests of every tier, or of those that are named:

  pure      nothing but Node: rules, goldens, properties, the server over a socket
  services  the worker on a real PostgreSQL, NATS and Redis
  engine    the real Crossplane, kube-apiserver and etcd
  packages  both packages and both images, built, pushed and installed
  faults    servers and workers killed under load

A path, such as test/cli, keeps to the files below it, and leaves the check out.
What a tier needs is found, or built into a cache from pinned sources. On a machine where that cannot be,
the tier is skipped and says what would enable it; with CI=true it fails instead.
The last line counts: N passed, N failed, N skipped.`;

const root = join(import.meta.dirname, '..');

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numFailedTestSuites: number;
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
  return counted(report, code);
}

/** A run that ended badly without a failed test, such as one that found a file it could not load, has failed. */
function counted(report: string, code: number): Count {
  try {
    const found = JSON.parse(readFileSync(report, 'utf8')) as Report;
    const failed = found.numFailedTests;
    return {
      passed: found.numPassedTests,
      failed: code !== 0 && failed === 0 ? 1 : failed,
      skipped: found.numPendingTests + found.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

async function test(wanted: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const paths = wanted.filter((each) => each.includes('/'));
  const named = wanted.filter((each) => !each.includes('/'));
  const unknown = named.filter((each) => !tiers.some((tier) => tier === each));
  if (unknown.length > 0)
    throw new Failure(`cannot run ${unknown.join(', ')}: the tiers are ${tiers.join(', ')}`, REFUSED);
  const checked = paths.length > 0 || (await run('npm', ['run', '--silent', 'check'])) === 0;
  const total: Count = { passed: checked ? 1 : 0, failed: checked ? 0 : 1, skipped: 0 };
  const folder = mkdtempSync(join(tmpdir(), 'zerotouch-test-'));
  for (const tier of tiers) {
    if (named.length > 0 && !named.includes(tier)) continue;
    const count = await runTier(tier, paths, folder);
    total.passed += count.passed;
    total.failed += count.failed;
    total.skipped += count.skipped;
  }
  rmSync(folder, { recursive: true });
  terminal.print(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
  return total.failed === 0 ? DONE : FAILED;
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
