import type { JsonObject } from '../../../json.ts';
import type { ThreadPool } from '../threads/pool.ts';
import { ToolError } from '../tool-call.ts';
import type { RunTool, ToolCall } from '../tool-call.ts';
import type { ArgumentsAnswer, ArgumentsCall } from './messages.ts';

/** A check of arguments may take so long, in milliseconds; a schema that takes longer was made to. */
const CHECK_MS = 2_000;

export type ArgumentsPool = ThreadPool<ArgumentsCall, ArgumentsAnswer>;

/** A tool that runs with arguments that fit its schema, and tells the model which field does not. */
export function checked(run: RunTool, schema: JsonObject | undefined, pool: ArgumentsPool): RunTool {
  if (schema === undefined || Object.keys(schema).every((key) => key === 'type')) return run;
  return async (call) => {
    await judgeArguments(call, schema, pool);
    return run(call);
  };
}

/** Throws ToolError for what does not fit. By an unusable schema, which a tool server may have, everything does. */
export async function judgeArguments(
  { args, signal, jobId }: ToolCall,
  schema: JsonObject,
  pool: ArgumentsPool,
): Promise<'fine' | 'unusable'> {
  const answer = await pool.run({ schema, args, timeoutMs: CHECK_MS }, signal, jobId);
  if (answer.kind === 'error') throw new ToolError(answer.message);
  return answer.kind;
}
