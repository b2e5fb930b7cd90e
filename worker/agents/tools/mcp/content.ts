import { z } from 'zod';
import type { Json, JsonObject } from '../../../json.ts';
import { isJsonObject } from '../../../json.ts';
import { plainJson } from '../../model/message-json.ts';

/** The result of a call, read as leniently as it can be. */
export const CallResult = z.looseObject({
  content: z.array(z.unknown()).default([]),
  structuredContent: z.unknown().optional(),
  isError: z.boolean().optional(),
});

export type CallResultJson = z.infer<typeof CallResult>;

/** Largest image that is shown to a model, in characters of base64; the limit of Anthropic, and OpenAI's is higher. */
const IMAGE_LIMIT = 5 * 1024 * 1024;

/** What a model reads of a result: a text, or blocks where there are images. Links and what no model reads are named. */
export function contentOf({ content, structuredContent }: CallResultJson): string | readonly JsonObject[] {
  const blocks = content.map((block) => blockOf(plainJson(block) ?? null));
  if (blocks.length === 0 && structuredContent !== undefined) return JSON.stringify(structuredContent);
  const isText = blocks.every((block) => block['type'] === 'text');
  return isText ? blocks.map((block) => wordOf(block['text'])).join('\n') : blocks;
}

function blockOf(block: Json): JsonObject {
  if (!isJsonObject(block)) return text(JSON.stringify(block));
  const type = wordOf(block['type']);
  switch (type) {
    case 'text':
      return text(wordOf(block['text']));
    case 'image':
      return image(wordOf(block['mimeType']), wordOf(block['data']));
    case 'resource':
      return resource(isJsonObject(block['resource']) ? block['resource'] : {});
    case 'resource_link':
      return text(`[link ${wordOf(block['name'])}: ${wordOf(block['uri'])}]`);
    default:
      return text(`[${type} ${wordOf(block['mimeType'])}, which cannot be shown]`);
  }
}

function resource(of: JsonObject): JsonObject {
  const [uri, type] = [wordOf(of['uri']), wordOf(of['mimeType'])];
  if (typeof of['text'] === 'string') return text(`[${uri}]\n${of['text']}`);
  if (type.startsWith('image/')) return image(type, wordOf(of['blob']));
  return text(`[${uri} ${type}, ${bytesOf(wordOf(of['blob']))} bytes]`);
}

/** The form that LangChain knows how to say to each provider. */
function image(type: string, data: string): JsonObject {
  if (data.length > IMAGE_LIMIT)
    return text(`[image ${type}, ${bytesOf(data)} bytes, too large to be shown]`);
  return { type: 'image_url', image_url: { url: `data:${type};base64,${data}` } };
}

function bytesOf(base64: string): number {
  return Math.floor((base64.length * 3) / 4);
}

function text(words: string): JsonObject {
  return { type: 'text', text: words };
}

function wordOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
