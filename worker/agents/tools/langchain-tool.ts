import { AIMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import type { StructuredTool } from '@langchain/core/tools';
import { Command } from '@langchain/langgraph';
import { isJsonObject } from '../../json.ts';
import type { JsonObject } from '../../json.ts';
import { chatMessages, plainJson } from '../model/message-json.ts';
import { keepParameters } from './face.ts';
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
  readonly state?: { readonly files?: unknown; readonly messages?: unknown };
  readonly signal?: AbortSignal;
  readonly configurable?: { readonly thread_id?: unknown; readonly checkpoint_ns?: unknown };
}

const NO_PARAMETERS: JsonObject = { type: 'object', properties: {} };

/** What LangChain checks: nothing. */
const ANY_PARAMETERS: JsonObject = { type: 'object' };

/** A tool of a definition as LangChain calls it. With `returnDirect` the agent is done when it has run. */
export function langchainTool(
  face: ToolFace,
  run: RunTool,
  fields: ReadonlySet<string>,
  returnDirect = false,
): StructuredTool {
  const made = tool(
    async (args: unknown, runtime: Runtime) => {
      const id = runtime.toolCallId ?? runtime.toolCall?.id ?? '';
      const files = plainJson(runtime.state?.files);
      const given = plainJson(args);
      const answer = await run({
        args: isJsonObject(given) ? given : {},
        files: isJsonObject(files) ? files : {},
        state: declaredOf(runtime.state, fields),
        messages: () => chatMessages(runtime.state?.messages),
        key: keyOf(runtime, id),
        jobId: String(runtime.configurable?.thread_id),
        signal: runtime.signal ?? new AbortController().signal,
      });
      const { content } = answer;
      const isPlain = typeof content === 'string' && Object.keys(answer.update).length === 0;
      if (isPlain) return content;
      const message = new ToolMessage({
        content: typeof content === 'string' ? content : content.map((block) => ({ type: 'text', ...block })),
        tool_call_id: id,
        name: face.name,
      });
      if (Object.keys(answer.update).length === 0) return message;
      return new Command({ update: { ...answer.update, messages: [message] } });
    },
    { name: face.name, description: face.description, schema: ANY_PARAMETERS, returnDirect },
  );
  return keepParameters(made, face.parameters ?? NO_PARAMETERS);
}

function declaredOf(state: object | undefined, fields: ReadonlySet<string>): JsonObject {
  const members = Object.entries(state ?? {}).flatMap(([name, value]) => {
    const json = fields.has(name) ? plainJson(value) : undefined;
    return json === undefined ? [] : [[name, json] as const];
  });
  return Object.fromEntries(members);
}

/**
 * The same whenever a call is made again, and of no other call: job, checkpoint namespace (which LangGraph derives from the
 * checkpoint, the step and the place of the call in it), and the place among the calls of one answer. Ids that model servers
 * make up are no good for this, as many count from 0 in each answer.
 */
function keyOf({ configurable, state }: Runtime, callId: string): string {
  const messages = Array.isArray(state?.messages) ? state.messages : [];
  const answer: unknown = messages.findLast((message) => AIMessage.isInstance(message));
  const calls = AIMessage.isInstance(answer) ? (answer.tool_calls ?? []) : [];
  const place = calls.findIndex(({ id }) => id === callId);
  return [configurable?.thread_id, configurable?.checkpoint_ns, place].map(String).join('/');
}
