import { ToolMessage } from '@langchain/core/messages';
import { tool, type StructuredTool } from '@langchain/core/tools';
import { Command } from '@langchain/langgraph';
import { isJsonObject, type JsonObject } from '../../json.ts';
import { plainJson } from '../model/message-json.ts';
import type { RunTool } from './tool-call.ts';

/** What the model is told of a tool. */
export interface ToolFace {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly parameters: JsonObject | undefined;
}

/** What LangChain hands to a tool beside its arguments (langchain 1.5, ToolRuntime). */
interface Runtime {
  readonly toolCallId?: string;
  readonly toolCall?: { readonly id?: string };
  readonly state?: { readonly files?: unknown };
  readonly signal?: AbortSignal;
  readonly configurable?: { readonly thread_id?: unknown };
}

const NO_PARAMETERS: JsonObject = { type: 'object', properties: {} };

/** A tool of a definition as LangChain calls it. */
export function langchainTool(face: ToolFace, run: RunTool): StructuredTool {
  return tool(
    async (args: unknown, runtime: Runtime) => {
      const id = runtime.toolCallId ?? runtime.toolCall?.id ?? '';
      const files = plainJson(runtime.state?.files);
      const given = plainJson(args);
      const answer = await run({
        args: isJsonObject(given) ? given : {},
        files: isJsonObject(files) ? files : {},
        key: `${String(runtime.configurable?.thread_id)}/${id}`,
        signal: runtime.signal ?? new AbortController().signal,
      });
      if (Object.keys(answer.update).length === 0) return answer.content;
      const message = new ToolMessage({ content: answer.content, tool_call_id: id, name: face.name });
      return new Command({ update: { ...answer.update, messages: [message] } });
    },
    { name: face.name, description: face.description, schema: face.parameters ?? NO_PARAMETERS },
  );
}
