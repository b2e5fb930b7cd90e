import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { z } from 'zod';
import { isJsonObject } from '../../../json.ts';
import type { JsonObject } from '../../../json.ts';
import { plainJson } from '../../model/message-json.ts';

/** A tool as a server offers it. */
export interface OfferedTool {
  readonly name: string;
  readonly description: string | undefined;
  readonly parameters: JsonObject;
}

/** Pages, tools and characters of one list, after which it is read no further: it is kept for a while. */
const [MOST_PAGES, MOST_TOOLS, MOST_TEXT] = [100, 2_000, 4 * 1024 * 1024];

/** Each tool is looked at by itself: one that breaks the protocol does not take the others along. */
const Page = z.looseObject({ tools: z.unknown().optional(), nextCursor: z.unknown().optional() });

/**
 * All tools that a server offers. Ends at a cursor that is empty or was there before, and with the signal. Schemas of outputs
 * are not read, as the client would compile them.
 */
export async function listTools(client: Client, signal: AbortSignal): Promise<readonly OfferedTool[]> {
  const offered: OfferedTool[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  let left = MOST_TEXT;
  for (let page = 0; page < MOST_PAGES && offered.length < MOST_TOOLS && left > 0; page += 1) {
    const params = cursor === undefined ? {} : { cursor };
    const { tools, nextCursor } = await client.request({ method: 'tools/list', params }, Page, { signal });
    for (const tool of Array.isArray(tools) ? tools : []) {
      const read = readTool(plainJson(tool));
      if (read === undefined) continue;
      left -= JSON.stringify(read).length;
      if (left > 0) offered.push(read);
    }
    if (typeof nextCursor !== 'string' || nextCursor === '' || seen.has(nextCursor)) break;
    seen.add(nextCursor);
    cursor = nextCursor;
  }
  return offered;
}

function readTool(tool: unknown): OfferedTool | undefined {
  if (!isJsonObject(tool) || typeof tool['name'] !== 'string') return undefined;
  const { name, description, title, inputSchema = { type: 'object' } } = tool;
  if (!isJsonObject(inputSchema)) return undefined;
  const words = [description, title].find((one) => typeof one === 'string');
  return { name, description: typeof words === 'string' ? words : undefined, parameters: inputSchema };
}
