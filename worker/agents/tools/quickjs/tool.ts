import type { JsonObject } from '../../../json.ts';
import { fileTexts } from '../files.ts';
import type { ThreadPool } from '../threads/pool.ts';
import type { QuickjsAnswer, QuickjsCall } from './messages.ts';
import { toolAnswer, ToolError } from '../tool-call.ts';
import type { RunTool } from '../tool-call.ts';

/** How far a script may go. */
export interface ScriptLimits {
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

/** A tool that is a script: it gets its arguments, the texts of the files and the key of the call. */
export function quickjsTool(
  script: string,
  limits: ScriptLimits,
  fields: ReadonlySet<string>,
  pool: ThreadPool<QuickjsCall, QuickjsAnswer>,
): RunTool {
  return async ({ args, files, state, key, signal, jobId }) => {
    const context: JsonObject = { files: { ...fileTexts(files) }, state, key };
    const answer = await pool.run({ script, args, context, ...limits }, signal, jobId);
    if (answer.kind === 'error') throw new ToolError(answer.message);
    return toolAnswer(answer.output, fields, new Date());
  };
}
