import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';
import { runProgram } from '../../command-line/run.ts';
import { zerotouch } from '../../cli/program.ts';

const main = join(import.meta.dirname, '../../cli/main.ts');

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The variables that npm sets for its scripts would change how a command reads its arguments. */
function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD|FORCE_COLOR)/.test(name));
  return { ...Object.fromEntries(own), ...more };
}

/** Runs a command in this process, to its end. */
export async function cli(args: readonly string[], cwd: string): Promise<Run> {
  const output = { stdout: '', stderr: '' };
  const before = process.cwd();
  process.chdir(cwd);
  try {
    const code = await runProgram(zerotouch, args, {
      colors: false,
      print: (text) => (output.stdout += text),
      say: (line) => (output.stderr += `${line}\n`),
    });
    return { code, ...output };
  } finally {
    process.chdir(before);
  }
}

interface RunOptions {
  readonly cwd?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Where root runs the tests: without the right to read what its permissions close. */
  readonly asAnybody?: boolean;
}

const UNPRIVILEGED = ['setpriv', '--bounding-set=-dac_override,-dac_read_search'];

/** Runs a command as a program of its own. */
export function program(
  args: readonly string[],
  { cwd, input, env, asAnybody = false }: RunOptions = {},
): Run {
  const before = asAnybody && process.getuid?.() === 0 ? UNPRIVILEGED : [];
  const [command = '', ...words] = [...before, process.execPath, main, ...args];
  const { status, stdout, stderr } = spawnSync(command, words, {
    encoding: 'utf8',
    env: environment(env),
    ...(cwd === undefined ? {} : { cwd }),
    ...(input === undefined ? {} : { input }),
  });
  return { code: status, stdout, stderr };
}

/** Starts a command that goes on by itself. */
export function start(args: readonly string[], cwd: string) {
  const child = spawn(process.execPath, [main, ...args], { cwd, env: environment() });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

type Files = Readonly<Record<string, string | Uint8Array>>;

/** A folder with these files, gone after the test. */
export function folder(files: Files): string {
  const path = made(files);
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

/** A Git repository with one commit of these files and links. */
export function repository(files: Files, links: Readonly<Record<string, string>> = {}): string {
  const path = folder(files);
  for (const [link, target] of Object.entries(links)) symlinkSync(target, join(path, link));
  const git = (...args: string[]) => {
    const { status, stderr } = spawnSync('git', ['-C', path, ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  };
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('-c', 'user.name=Test', '-c', 'user.email=test@example.org', 'commit', '--quiet', '-m', 'First');
  return path;
}

/** A folder with these files, gone after all tests of the block in which it is made. */
export function folderForAll(files: Files): string {
  const path = made(files);
  afterAll(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

function made(files: Files): string {
  const path = mkdtempSync(join(tmpdir(), 'zerotouch-cli-'));
  write(path, files);
  return path;
}

export function write(path: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
}

/** The smallest claim of a kind, with more lines below `spec`. */
export function claimText(kind: string, name: string, spec: readonly string[] = []): string {
  const group = kind === 'AgentExecutor' ? 'platform' : 'database';
  const lines = spec.length === 0 ? 'spec: {}' : ['spec:', ...spec.map((line) => `  ${line}`)].join('\n');
  return `apiVersion: ${group}.bizmatters.io/v1alpha1\nkind: ${kind}\nmetadata:\n  name: ${name}\n  namespace: shop\n${lines}\n`;
}
