import type { StructuredTool } from '@langchain/core/tools';
import { Failure } from '../../jobs/rules/failures.ts';
import type { JsonObject } from '../../json.ts';
import { RESPONSE_TOOL } from '../definition/response-format.ts';
import { judgeArguments } from './arguments/checked.ts';
import type { ArgumentsPool } from './arguments/checked.ts';
import { langchainTool } from './langchain-tool.ts';

const DESCRIPTION =
  'Gives your answer. Call it once, alone, when all else is done: what you call it with is the answer, and ends the task.';

/**
 * The tool by which a node answers in the form of its schema, which every model that calls tools can. What does not fit is told
 * to the model; with what fits the node is done.
 */
export function responseTool(schema: JsonObject, pool: ArgumentsPool): StructuredTool {
  return langchainTool(
    { name: RESPONSE_TOOL, description: DESCRIPTION, parameters: schema },
    async (call) => {
      if ((await judgeArguments(call, schema, pool)) === 'unusable')
        throw new Failure('INVALID_DEFINITION', 'no answer can be judged by the schema in response_format');
      return { content: JSON.stringify(call.args), update: {} };
    },
    new Set(),
    true,
  );
}
