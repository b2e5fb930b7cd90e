import type { StructuredToolInterface } from '@langchain/core/tools';
import type { JsonObject } from '../../json.ts';

/** Schemas of arguments by tool. LangChain does not see them: it would check arguments in this thread, at any cost. */
const parameters = new WeakMap<object, JsonObject>();

/** Keeps what the model is told of a tool's arguments. */
export function keepParameters<Tool extends StructuredToolInterface>(tool: Tool, schema: JsonObject): Tool {
  parameters.set(tool, schema);
  return tool;
}

/** A tool as a model is told of it: in OpenAI's form, which LangChain takes for each provider; others as they are. */
export function toldAs<Tool>(tool: Tool): Tool | object {
  const schema = typeof tool === 'object' && tool !== null ? parameters.get(tool) : undefined;
  if (schema === undefined) return tool;
  const { name, description } = tool as StructuredToolInterface;
  return { type: 'function', function: { name, description, parameters: schema } };
}
