import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Failure } from '../../../jobs/rules/failures.ts';
import { isJsonObject, parseJson } from '../../../json.ts';
import type { Json, JsonObject } from '../../../json.ts';
import { pythonHost } from './host.ts';
import { ToolError } from '../tool-call.ts';

/** How far one process may go. */
export interface ProcessLimits {
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

/** Python and its libraries reserve far more addresses than they use memory. */
const ADDRESSES_PER_MEMORY = 16;

/** What a process may hold of each thing that `setrlimit` counts. */
function rlimits({ timeoutMs, memoryMb }: ProcessLimits): JsonObject {
  return {
    RLIMIT_CPU: Math.ceil(timeoutMs / 1000) + 1,
    RLIMIT_AS: memoryMb * ADDRESSES_PER_MEMORY * 1024 * 1024,
    RLIMIT_FSIZE: 16 * 1024 * 1024,
    RLIMIT_NOFILE: 256,
    RLIMIT_CORE: 0,
  };
}

/** Longest answer of a process, in characters. */
const ANSWER_LIMIT = 2 * 1024 * 1024;

let interpreter: Promise<string> | undefined;

/** The real path of python3: found with the worker's PATH, which the process itself does not get. */
async function findPython(): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('python3', [
      '-I',
      '-c',
      'import sys; print(sys.executable)',
    ]);
    return stdout.trim();
  } catch (cause) {
    interpreter = undefined;
    throw new Failure('TOOL_FAILED', 'cannot run Python tools: there is no python3 where the worker runs', {
      cause,
    });
  }
}

/**
 * Runs one request of the host program in a process of its own: no environment, and a process group that is killed at the end, at
 * the deadline and with the job. It has no namespaces of its own: a child that leaves the group goes on, and all may read what the
 * worker's user may. Throws ToolError for what the script did wrong.
 */
export async function runPython(
  request: JsonObject,
  limits: ProcessLimits,
  signal: AbortSignal,
): Promise<JsonObject> {
  const python = await (interpreter ??= findPython());
  signal.throwIfAborted();
  const child = spawn(python, ['-I', '-B', '-X', 'utf8', '-c', pythonHost], {
    cwd: '/',
    env: {},
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
  });
  const kill = (): void => killGroup(child);
  const timer = setTimeout(kill, limits.timeoutMs);
  signal.addEventListener('abort', kill, { once: true });
  const started = performance.now();
  try {
    // A script that ends early does not read its input to the end.
    child.stdin?.on('error', () => {});
    child.stdin?.end(JSON.stringify({ ...request, limits: rlimits(limits) }));
    const answer = await output(child, kill);
    signal.throwIfAborted();
    if (isJsonObject(answer)) return answer;
    if (performance.now() - started >= limits.timeoutMs) {
      throw new ToolError(`it ran longer than ${limits.timeoutMs / 1000} s and was ended`);
    }
    throw new ToolError('it ended without an answer, as when it runs out of memory');
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
    kill();
  }
}

/** A child that left the group could keep the pipe open: it is not waited for longer than this, in milliseconds. */
const LEFTOVERS_MS = 200;

/** The JSON that the process leaves behind when it ends; undefined when there is none. */
async function output(child: ChildProcess, kill: () => void): Promise<Json | undefined> {
  const stream = child.stdio[3];
  if (!(stream instanceof Readable)) throw new Error('the process was started with a pipe at descriptor 3');
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text.length > ANSWER_LIMIT) kill();
  });
  const closed = once(stream, 'close');
  await once(child, 'exit');
  kill();
  await Promise.race([closed, sleep(LEFTOVERS_MS)]);
  stream.destroy();
  if (text.length > ANSWER_LIMIT) throw new ToolError(`the answer has more than ${ANSWER_LIMIT} characters`);
  return parseJson(text);
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The whole group is gone already.
  }
}
