import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { REFUSED } from '../../command-line/exit-code.ts';
import { Failure, reasonOf } from '../../command-line/failure.ts';

/** Which cluster, and as whom; what kubectl takes without them counts otherwise. */
export interface Access {
  readonly context: string | undefined;
  readonly kubeconfig: string | undefined;
}

/** An answer of the API server. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Asks the API server, and can do nothing else. */
export interface Asking {
  get(path: string): Promise<Answer>;
  close(): Promise<void>;
}

/** Longest wait for kubectl to start, and for an answer, in milliseconds. */
const startTimeout = 15_000;
const answerTimeout = 60_000;

/**
 * Reaches a cluster as kubectl does, by kubectl itself: logins of every kind are its business. It serves a socket in a folder
 * that only this user can enter, and refuses whatever is no reading. Throws a Failure when there is no kubectl, or it cannot start.
 */
export async function startProxy({ context, kubeconfig }: Access): Promise<Asking> {
  const folder = await mkdtemp(join(tmpdir(), 'zerotouch-kubectl-'));
  const socketPath = join(folder, 'api');
  const args = [
    'proxy',
    `--unix-socket=${socketPath}`,
    '--reject-methods=^(POST|PUT|PATCH|DELETE)$',
    ...(context === undefined ? [] : [`--context=${context}`]),
    ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
  ];
  const child = spawn('kubectl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const close = async () => {
    await ended(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await serving(child);
  } catch (error) {
    await close();
    throw new Failure(`cannot reach the cluster: ${reasonOf(error)}`, REFUSED, { cause: error });
  }
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  return {
    get: (path) => answerTo(path, socketPath, agent),
    close: async () => {
      agent.destroy();
      await close();
    },
  };
}

async function serving(child: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('kubectl does not start')), startTimeout);
    const settle = (result: () => void) => {
      clearTimeout(timer);
      result();
    };
    child.on('error', (error: NodeJS.ErrnoException) =>
      settle(() => reject(error.code === 'ENOENT' ? new Error('kubectl is not installed') : error)),
    );
    child.on('exit', () => settle(() => reject(new Error(said.trim() || 'kubectl ended'))));
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stdout?.on('data', () => settle(resolve));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exit = once(child, 'exit');
  child.kill();
  await exit;
}

async function answerTo(path: string, socketPath: string, agent: Agent): Promise<Answer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    // Aggregated discovery and tables are other representations of the same paths: plain JSON is what we read.
    const headers = { host: 'localhost', accept: 'application/json' };
    const call = request({ socketPath, path, headers, agent }, resolve);
    call.setTimeout(answerTimeout, () =>
      call.destroy(new Error(`no answer within ${answerTimeout / 1000} seconds`)),
    );
    call.on('error', reject);
    call.end();
  }).catch((error: unknown) => {
    throw new Failure(`cannot read ${path}: ${reasonOf(error)}`, REFUSED, { cause: error });
  });
  return { status: response.statusCode ?? 0, body: await text(response) };
}
