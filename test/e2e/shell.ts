import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** How a program is run. */
export interface Run {
  /** Written to its standard input, which is then closed. Secrets go this way, never as arguments. */
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Killed after this many seconds; 120 when absent. */
  readonly seconds?: number;
  /** Shows what it prints as it goes, instead of giving it back. */
  readonly show?: true;
}

/**
 * Runs a program to its end and gives what it printed.
 *
 * @throws with the end of what it complained about when it ends with anything but 0
 */
export async function run(command: string, args: readonly string[], how: Run = {}): Promise<string> {
  const seconds = how.seconds ?? 120;
  const child = spawn(command, args, {
    env: { ...process.env, ...how.env },
    ...(how.cwd === undefined ? {} : { cwd: how.cwd }),
    stdio: ['pipe', how.show ? 'inherit' : 'pipe', how.show ? 'inherit' : 'pipe'],
    timeout: seconds * 1000,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<number | string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve(code ?? signal ?? 'nothing');
    });
  });
  child.stdin?.on('error', () => undefined); // it may end without having read all of it
  child.stdin?.end(how.input ?? '');
  const [stdout, stderr, code] = await Promise.all([
    child.stdout ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
    ended,
  ]);
  if (code === 0) return stdout;
  const name = [command.split('/').at(-1), ...args.slice(0, 4)].join(' ');
  const why = code === 'SIGKILL' ? `it took longer than ${seconds} s` : `it ended with ${code}`;
  throw new Error(`cannot run ${name}: ${why}${lastLines(stderr || stdout)}`);
}

function lastLines(printed: string): string {
  const lines = printed.trim().split('\n').slice(-8).join('\n');
  return lines === '' ? '' : `: ${lines}`;
}
