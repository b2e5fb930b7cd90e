import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Tiers, cheapest first. One after another: several of them kill servers and watch how long the rest takes. */
const tiers = ['pure', 'services', 'engine', 'packages', 'faults'] as const;

const usage = `npm test [-- TIER...]

Checks types, lint and format, then runs the tests of every tier, or of the tiers named:

  pure      nothing but Node: rules, goldens, properties, the server over a socket
  services  the worker on a real PostgreSQL, NATS and Redis
  engine    the real Crossplane, kube-apiserver and etcd
  packages  both packages and both images, built, pushed and installed
  faults    servers and workers killed under load

What a tier needs is found, or built into a cache from pinned sources. On a machine where that cannot be,
the tier is skipped and says what would enable it; with CI=true it fails instead.
The last line counts: N passed, N failed, N skipped.
`;

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
  const child = spawn(command, args, { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}

async function runTier(tier: string, folder: string): Promise<Count> {
  const report = join(folder, `${tier}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run('vitest', ['run', '--project', tier, '--passWithNoTests', ...reporters]);
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

async function main(wanted: readonly string[]): Promise<number> {
  const known: readonly string[] = tiers;
  const unknown = wanted.filter((tier) => !known.includes(tier));
  if (unknown.length > 0) {
    process.stderr.write(`cannot run ${unknown.join(', ')}: the tiers are ${known.join(', ')}\n`);
    return 2;
  }
  const checked = await run('npm', ['run', '--silent', 'check']);
  const total: Count = { passed: checked === 0 ? 1 : 0, failed: checked === 0 ? 0 : 1, skipped: 0 };
  const folder = mkdtempSync(join(tmpdir(), 'zerotouch-test-'));
  for (const tier of tiers) {
    if (wanted.length > 0 && !wanted.includes(tier)) continue;
    const count = await runTier(tier, folder);
    total.passed += count.passed;
    total.failed += count.failed;
    total.skipped += count.skipped;
  }
  rmSync(folder, { recursive: true });
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
  return total.failed === 0 ? 0 : 1;
}

const args = process.argv.slice(2);
if (args.includes('--help')) process.stdout.write(usage);
else process.exitCode = await main(args);
