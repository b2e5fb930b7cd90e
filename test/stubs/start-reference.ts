import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { until } from '../engine/until.ts';

/** LangGraph's own server, with the graph that a worker makes of the same definition. */
export async function startReference(modelUrl: string): Promise<{ url: string; stop(): void }> {
  const main = join(import.meta.dirname, 'reference-server.ts');
  const child: ChildProcess = spawn(process.execPath, [main], {
    env: { ...process.env, OPENAI_BASE_URL: modelUrl, LANGSMITH_TRACING: 'false' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let log = '';
  child.stdout?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const url = await until('the reference listens', async () => /listening on (\S+)/.exec(log)?.[1], {
    describe: () => log.slice(-2_000),
  });
  return { url, stop: () => void child.kill('SIGKILL') };
}
