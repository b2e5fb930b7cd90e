import type { QuickjsAnswer, QuickjsCall } from '../../worker/agents/tools/quickjs/messages.ts';
import type { ThreadPool } from '../../worker/agents/tools/threads/pool.ts';

/** The signal of a job that nobody ends. */
export const never = new AbortController().signal;

/** A call of a script, with more memory and time than it needs. */
export function quickjsCall(script: string, more: Partial<QuickjsCall> = {}): QuickjsCall {
  return { script, args: {}, context: { files: {} }, timeoutMs: 5_000, memoryMb: 32, ...more };
}

/** Runs an expression as the body of a script. */
export function evaluation(
  pool: ThreadPool<QuickjsCall, QuickjsAnswer>,
  expression: string,
): Promise<QuickjsAnswer> {
  return pool.run(quickjsCall(`export default () => { ${expression} }`), never, 'job');
}
