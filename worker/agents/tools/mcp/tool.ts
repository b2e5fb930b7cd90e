import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js';
import { Failure } from '../../../jobs/failures.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../json.ts';
import type { ToolFace } from '../langchain-tool.ts';
import type { McpClient } from './client.ts';
import { plainJson } from '../../model/message-json.ts';
import { toolAnswer, ToolError, type RunTool } from '../tool-call.ts';

/** What the model is told of a tool: the server's words, unless the definition has its own. Throws when there is no such tool. */
export function mcpFace(
  face: Omit<ToolFace, 'description'> & { readonly description: string | undefined },
  tool: string,
  offered: readonly Tool[],
): ToolFace {
  const found = offered.find((one) => one.name === tool);
  if (found === undefined) {
    const names = offered.map((one) => one.name).join(', ') || 'no tools';
    throw new Failure(
      'INVALID_DEFINITION',
      `the MCP server has no tool "${tool}" for ${face.name}; it has ${names}`,
    );
  }
  return {
    name: face.name,
    description: face.description ?? found.description ?? found.title ?? '',
    parameters: face.parameters ?? withoutPatterns(found.inputSchema),
  };
}

/** A tool that is run by a server. */
export function mcpTool(tool: string, timeoutMs: number, client: McpClient): RunTool {
  return async ({ args, key, signal }) => {
    const result = await client.call({ tool, args, key, timeoutMs, signal });
    const text = textOf(result);
    if (result.isError === true) throw new ToolError(text || 'the tool failed and does not say why');
    return toolAnswer(text, new Set(), new Date());
  };
}

/** The text blocks of a result; its structured content, or its other blocks as JSON, where there are none. */
function textOf({ content, structuredContent }: CallToolResult): string {
  const texts = content.flatMap((block) => (block.type === 'text' ? [block.text] : []));
  if (texts.length > 0) return texts.join('\n');
  if (structuredContent !== undefined) return JSON.stringify(structuredContent);
  return content.length > 0 ? JSON.stringify(content) : '';
}

/** Regular expressions of others are not run here (see definition-rules.ts). */
function withoutPatterns(schema: unknown): JsonObject {
  const plain = strip(plainJson(schema) ?? {});
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
