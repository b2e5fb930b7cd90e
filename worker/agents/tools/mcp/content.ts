import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Json, JsonObject } from '../../../json.ts';
import { isJsonObject, parseJson } from '../../../json.ts';
import { plainJson } from '../../model/message-json.ts';

/** The result of a call, read as leniently as it can be. */
export const CallResult = z.looseObject({
  content: z.unknown().optional(),
  structuredContent: z.unknown().optional(),
  isError: z.unknown().optional(),
});

export type CallResultJson = z.infer<typeof CallResult>;

/** Largest image that is shown to a model, in characters of base64; the limit of Anthropic, and OpenAI's is higher. */
const IMAGE_LIMIT = 5 * 1024 * 1024;

/** Images of one result that are shown; the servers of models refuse requests with too many or too large ones. */
const MOST_IMAGES = 10;

/** What every model with eyes reads; a request with another type is refused as a whole. */
const SHOWN_TYPES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/** What a model reads of a result: a text, or blocks where there are images. Links and what no model reads are named. */
export function contentOf({ content, structuredContent }: CallResultJson): string | readonly JsonObject[] {
  const said = plainJson(content ?? []) ?? [];
  const blocks = withFewImages((Array.isArray(said) ? said : [said]).map(blockOf));
  const data = plainJson(structuredContent);
  // A server that keeps to the protocol has said the same as text.
  if (data !== undefined && data !== null && !blocks.some((block) => isSameJson(block['text'], data)))
    blocks.push(text(JSON.stringify(data)));
  const isText = blocks.every((block) => block['type'] === 'text');
  return isText ? blocks.map((block) => wordOf(block['text'])).join('\n') : blocks;
}

function withFewImages(blocks: readonly JsonObject[]): JsonObject[] {
  let left = MOST_IMAGES;
  return blocks.map((block) => {
    if (block['type'] !== 'image_url') return block;
    left -= 1;
    return left < 0 ? text(`[an image more than the ${MOST_IMAGES} that are shown]`) : block;
  });
}

function isSameJson(said: Json | undefined, data: Json): boolean {
  const json = typeof said === 'string' ? parseJson(said) : undefined;
  return json !== undefined && isDeepStrictEqual(json, data);
}

function blockOf(block: Json): JsonObject {
  if (typeof block === 'string') return text(block);
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
      return text(`[link ${wordOf(block['name'] ?? block['title'])}: ${wordOf(block['uri'])}]`);
    default:
      if (type === '') return text(JSON.stringify(block));
      return text(`[${type} ${wordOf(block['mimeType'])}, which cannot be shown]`);
  }
}

function resource(of: JsonObject): JsonObject {
  const [uri, type] = [wordOf(of['uri']), wordOf(of['mimeType'])];
  if (typeof of['text'] === 'string') return text(`[${uri}]\n${of['text']}`);
  if (isTextual(type)) return text(`[${uri}]\n${Buffer.from(wordOf(of['blob']), 'base64').toString()}`);
  if (type.startsWith('image/')) return image(type, wordOf(of['blob']));
  return text(`[${uri} ${type}, ${bytesOf(wordOf(of['blob']))} bytes]`);
}

/** Whether the bytes of a resource are text for sure. */
function isTextual(type: string): boolean {
  return /^(text\/|application\/([\w.-]+\+)?(json|xml|yaml)\b)|\+xml\b/.test(type);
}

/** The form that LangChain knows how to say to each provider. What is no image would spoil the whole request. */
function image(given: string, from: string): JsonObject {
  const [, inUrl, inner] = /^data:([^;,]*);base64,(.*)$/s.exec(from) ?? [];
  const data = (inner ?? from).replaceAll(/\s/g, '');
  const type = (typeOfBytes(data) ?? inUrl ?? given).toLowerCase().replace('image/jpg', 'image/jpeg');
  const name = `image ${type}, ${bytesOf(data)} bytes`;
  if (data.length > IMAGE_LIMIT) return text(`[${name}, too large to be shown]`);
  if (data === '' || !/^[\w+/-]+=*$/.test(data) || !SHOWN_TYPES.has(type))
    return text(`[${name}, which cannot be shown]`);
  return { type: 'image_url', image_url: { url: `data:${type};base64,${data}` } };
}

/** How images begin, in base64: servers of models look at that, and refuse what is called something else. */
const BEGINNINGS = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
] as const;

function typeOfBytes(base64: string): string | undefined {
  return BEGINNINGS.find(([beginning]) => base64.startsWith(beginning))?.[1];
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
