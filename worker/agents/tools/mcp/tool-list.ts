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

/** Pages and tools of one list, after which it is read no further. */
const [MOST_PAGES, MOST_TOOLS] = [100, 2_000];

/** Each tool is looked at by itself: one that breaks the protocol does not take the others along. */
const Page = z.looseObject({ tools: z.array(z.unknown()), nextCursor: z.string().nullish() });

/**
 * All tools that a server offers. Ends at a cursor that is empty or was there before, and with the signal. Schemas of outputs
 * are not read, as the client would compile them.
 */
export async function listTools(client: Client, signal: AbortSignal): Promise<readonly OfferedTool[]> {
  const offered: OfferedTool[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES && offered.length < MOST_TOOLS; page += 1) {
    const params = cursor === undefined ? {} : { cursor };
    const { tools, nextCursor } = await client.request({ method: 'tools/list', params }, Page, { signal });
    offered.push(...tools.flatMap((tool) => readTool(plainJson(tool)) ?? []));
    if (!nextCursor || seen.has(nextCursor)) break;
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
