import { Failure } from '../../../jobs/rules/failures.ts';
import { isJsonObject } from '../../../json.ts';
import type { Json, JsonObject } from '../../../json.ts';
import type { ToolFace } from '../langchain-tool.ts';
import { limited, ToolError } from '../tool-call.ts';
import type { RunTool } from '../tool-call.ts';
import { contentOf } from './content.ts';
import type { CallResultJson } from './content.ts';
import { isTimeout, refusalOf, unavailable } from './failure.ts';
import { hiddenIn, secretsOf } from './secrets.ts';
import type { McpServers, ServerRef } from './servers.ts';
import type { OfferedTool } from './tool-list.ts';

/** What the model is told of a tool: the server's words, unless the definition has its own. Throws when there is no such tool. */
export function mcpFace(
  face: Omit<ToolFace, 'description'> & { readonly description: string | undefined },
  tool: string,
  offered: readonly OfferedTool[],
): ToolFace {
  const found = offered.find((one) => one.name === tool);
  if (found === undefined) {
    const names = offered.map((one) => one.name).join(', ') || 'no tools';
    throw new Failure(
      'INVALID_DEFINITION',
      `the MCP server has no tool "${tool}" for ${face.name} that can be used; it has ${names}`,
    );
  }
  return {
    name: face.name,
    description: face.description ?? found.description ?? '',
    parameters: face.parameters ?? withoutPatterns(found.parameters),
  };
}

/** A tool that is run by a server. */
export function mcpTool(tool: string, timeoutMs: number, ref: ServerRef, servers: McpServers): RunTool {
  const secrets = secretsOf(ref.target.server);
  const call = async (session: Promise<CallResultJson>, signal: AbortSignal): Promise<CallResultJson> => {
    try {
      const answer = await session;
      servers.answered(ref);
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      const refusal = refusalOf(error);
      // The server is there and says no: that is for the model. It may say so because the tool is not what it was.
      if (refusal !== undefined) servers.forgetList(ref);
      if (refusal !== undefined) throw new ToolError(hiddenIn(refusal, secrets));
      if (isTimeout(error)) throw new ToolError(late(timeoutMs));
      throw unavailable(error, `call the tool ${tool}`, ref);
    }
  };
  return async ({ args, key, signal, jobId }) => {
    const session = servers.session(ref, jobId);
    const result = await call(session.call({ tool, args, key, timeoutMs, signal }), signal);
    const content = hiddenIn(contentOf(result), secrets);
    if (result.isError === true) throw new ToolError(errorText(content));
    return { content: typeof content === 'string' ? limited(content) : content, update: {} };
  };
}

function late(timeoutMs: number): string {
  return `the tool did not answer within ${timeoutMs / 1000} s; it may have done its work all the same`;
}

function errorText(content: string | readonly JsonObject[]): string {
  const words = typeof content === 'string' ? content : JSON.stringify(content);
  return limited(words) || 'the tool failed and does not say why';
}

/** Regular expressions of others are not run here (see definition/rules.ts). */
function withoutPatterns(schema: JsonObject): JsonObject {
  const plain = strip(schema);
  return isJsonObject(plain) ? plain : {};
}

function strip(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(strip);
  if (!isJsonObject(schema)) return schema;
  const kept = Object.entries(schema).filter(
    ([key, value]) => !(key === 'pattern' && typeof value === 'string') && key !== 'patternProperties',
  );
  return Object.fromEntries(kept.map(([key, value]) => [key, strip(value)] as const));
}
