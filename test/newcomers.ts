/** `npm run newcomers`: plays what a fresh clone is told to do, literally, and compares what is printed with what is shown. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { command } from '../command-line/command.ts';
import { DONE, FAILED } from '../command-line/exit-code.ts';
import { main } from '../command-line/main.ts';
import type { Terminal } from '../command-line/terminal.ts';
import manifest from '../package.json' with { type: 'json' };
import { filesIn, read } from './structure/sources.ts';
import { stepsOf, withoutNotes } from './cli/steps.ts';
import type { Step } from './cli/steps.ts';

const root = join(import.meta.dirname, '..');

/** What a newcomer has: Node, npm and git. */
interface Place {
  readonly cwd: string;
  readonly path: string;
}

/** The machine is set up for its registry; what npm tells its scripts is not a newcomer's. */
const machine = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$|CI$)/.test(name)),
);

interface Played extends Step {
  readonly ok: boolean;
  readonly output: string;
}

function play({ cwd, path }: Place, step: Step): Played {
  const { status, stdout } = spawnSync('bash', ['-e', '-c', `exec 2>&1\n${step.script}`], {
    cwd,
    encoding: 'utf8',
    env: { ...machine, PATH: path },
  });
  const output = withoutNotes(stdout);
  return { ...step, output, ok: status === 0 && (step.shown === undefined || output === step.shown) };
}

/** The steps of one reader, up to the first that fails. */
function playAll(who: string, place: Place, steps: readonly Step[], terminal: Terminal): boolean {
  for (const step of steps) {
    const { ok, output, script, shown } = play(place, step);
    terminal.say(`${ok ? 'ok  ' : 'FAIL'} ${who}: ${script.trim().split('\n')[0]}`);
    if (ok) continue;
    terminal.print(`${script}${shown === undefined ? '' : `\nshown:\n${shown}`}\nprinted:\n${output}\n`);
    return false;
  }
  return true;
}

/** Commands of the README that need no cluster and no key. */
const first: readonly Step[] = [
  { script: 'npm ci --no-audit --no-fund\n', shown: undefined },
  { script: 'npm run render examples/agent-executor/minimal.yaml\n', shown: undefined },
  { script: 'npm run validate -- examples/\n', shown: undefined },
  {
    script:
      'npm run worker run examples/agents/research.json -- --demo --input "What changed in PostgreSQL 18?"\n',
    shown: undefined,
  },
  {
    script: 'npm run pack\nnpm install --global --offline --prefix installed ./_build/zerotouch-*.tgz\n',
    shown: undefined,
  },
];

await main({
  name: 'newcomers',
  version: manifest.version,
  root: command({
    description: `Clones this checkout's last commit, installs it and the program that it packs, and follows README and tutorials
literally, for the application developer, the platform engineer and the agent developer. Takes minutes.`,
    flags: {},
    run(_, terminal) {
      const folder = mkdtempSync(join(tmpdir(), 'zerotouch-newcomers-'));
      const clone = join(folder, 'clone');
      try {
        spawnSync('git', ['clone', '--quiet', `file://${root}`, clone], { stdio: 'inherit' });
        const base = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;
        let all = playAll('README', { cwd: clone, path: base }, first, terminal);
        for (const page of all ? filesIn('docs/tutorials/*.md') : []) {
          const cwd = join(folder, page.replaceAll('/', '-'));
          mkdirSync(cwd);
          const path = `${join(clone, 'installed/bin')}:${base}`;
          all = playAll(page, { cwd, path }, stepsOf(read(page)), terminal) && all;
        }
        return all ? DONE : FAILED;
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  }),
});
