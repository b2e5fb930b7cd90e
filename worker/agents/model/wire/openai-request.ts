import { isJsonObject } from '../../../json.ts';
import type { Json, JsonObject } from '../../../json.ts';

/** What a server takes beyond the oldest form of the protocol. */
export interface RequestHabits {
  /** Whether `stream_options` may be sent, which ask for the usage of tokens. */
  readonly streamOptions: boolean;
}

/** Type of the block in which the thoughts of an earlier answer travel to this place. */
export const THOUGHTS = 'zerotouch_thoughts';

/**
 * A request for chat completions that the strictest of servers take: content that is text alone goes as a string, as many know
 * no other; messages carry no `name`, which some refuse; thoughts go back where their server had them (`reasoning_content`).
 */
export function portableRequest(body: JsonObject, { streamOptions }: RequestHabits): JsonObject {
  const { stream_options: options, messages, ...rest } = body;
  const portable = Array.isArray(messages) ? messages.map(portableMessage) : messages;
  return {
    ...rest,
    ...(portable !== undefined && { messages: portable }),
    ...(streamOptions && options !== undefined && { stream_options: options }),
  };
}

function portableMessage(message: Json): Json {
  if (!isJsonObject(message)) return message;
  const { name: _, content, ...rest } = message;
  if (!Array.isArray(content)) return { ...rest, content: content ?? null };
  const thoughts = content.filter(isThoughts).map(textOf).join('');
  const said = content.filter((block) => !isThoughts(block));
  return {
    ...rest,
    content: said.every(isText) ? said.map(textOf).join('\n') : said,
    ...(thoughts !== '' && { reasoning_content: thoughts }),
  };
}

/** Ids of the tool calls that a conversation holds. */
export function toolCallIds(body: JsonObject): readonly string[] {
  const messages = Array.isArray(body['messages']) ? body['messages'] : [];
  return messages.flatMap((message) => {
    const calls = isJsonObject(message) ? message['tool_calls'] : [];
    if (!Array.isArray(calls)) return [];
    return calls.flatMap((call) =>
      isJsonObject(call) && typeof call['id'] === 'string' ? [call['id']] : [],
    );
  });
}

function isThoughts(block: Json): boolean {
  return isJsonObject(block) && block['type'] === THOUGHTS;
}

function isText(block: Json): boolean {
  return isJsonObject(block) && block['type'] === 'text';
}

function textOf(block: Json): string {
  return isJsonObject(block) && typeof block['text'] === 'string' ? block['text'] : '';
}
