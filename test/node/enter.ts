import { readFile } from 'node:fs/promises';
import { run } from '../e2e/shell.ts';
import type { Run } from '../e2e/shell.ts';
import type { NodeState } from './state.ts';

/** Runs a command inside the node's namespaces and gives what it printed. */
export async function enter(state: NodeState, command: readonly string[], how: Run = {}): Promise<string> {
  const pid = (await readFile(state.pid, 'utf8')).trim();
  const spaces = ['--mount', '--net', '--pid', '--uts', '--ipc'];
  return run('nsenter', ['--target', pid, ...spaces, ...command], how);
}
