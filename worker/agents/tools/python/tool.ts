import { isJsonObject } from '../../../json.ts';
import type { JsonObject } from '../../../json.ts';
import type { ToolFace } from '../langchain-tool.ts';
import { runPython } from './process.ts';
import type { ProcessLimits } from './process.ts';
import { toolAnswer, ToolError } from '../tool-call.ts';
import type { RunTool } from '../tool-call.ts';

/** What the model is told of a tool: the script's words, unless the definition has its own. */
export async function pythonFace(
  face: Omit<ToolFace, 'description'> & { readonly description: string | undefined },
  script: string,
  limits: ProcessLimits,
): Promise<ToolFace> {
  const { name, description, parameters } = face;
  if (description !== undefined && parameters !== undefined) return { name, description, parameters };
  const request = { task: 'face', name, script };
  const answer = await runPython(request, limits, new AbortController().signal);
  if (typeof answer['error'] === 'string')
    throw new ToolError(`cannot load the tool ${name}: ${answer['error']}`);
  const own = isJsonObject(answer['face']) ? answer['face'] : {};
  return {
    name,
    description: description ?? (typeof own['description'] === 'string' ? own['description'] : ''),
    parameters: parameters ?? (isJsonObject(own['parameters']) ? own['parameters'] : undefined),
  };
}

/** A tool that is a Python script. */
export function pythonTool(
  name: string,
  script: string,
  limits: ProcessLimits,
  fields: ReadonlySet<string>,
): RunTool {
  return async ({ args, files, state: declared, messages, key, signal }) => {
    const state: JsonObject = { ...declared, files, messages: messages() };
    const answer = await runPython({ task: 'call', name, script, args, state, call_id: key }, limits, signal);
    if (typeof answer['error'] === 'string') throw new ToolError(answer['error']);
    return toolAnswer(answer['output'], fields, new Date(), 'dropped');
  };
}
