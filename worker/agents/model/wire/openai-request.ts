import { isJsonObject } from '../../../json.ts';
import type { Json, JsonObject } from '../../../json.ts';

/** What a server takes beyond the oldest form of the protocol. */
export interface RequestHabits {
  /** Whether `stream_options` may be sent, which ask for the usage of tokens. */
  readonly streamOptions: boolean;
  /** Whether it knows the role `developer`, which LangChain gives instructions to models of certain names. */
  readonly developerRole: boolean;
}

/** Type of the block in which the thoughts of an earlier answer travel to this place. */
export const THOUGHTS = 'zerotouch_thoughts';

/**
 * A request for chat completions that the strictest of servers take: content that is text alone goes as a string, as many know
 * no other; messages carry no `name`, which some refuse; thoughts go back where their server had them (`reasoning_content`).
 */
export function portableRequest(
  body: JsonObject,
  { streamOptions, developerRole }: RequestHabits,
): JsonObject {
  const { stream_options: options, messages, ...rest } = body;
  const portable = Array.isArray(messages)
    ? withImagesOfTools(messages.map((message) => portableMessage(message, developerRole)))
    : messages;
  return {
    ...rest,
    ...(portable !== undefined && { messages: portable }),
    ...(streamOptions && options !== undefined && { stream_options: options }),
  };
}

function portableMessage(message: Json, developerRole: boolean): Json {
  if (!isJsonObject(message)) return message;
  const { name: _, content, ...rest } = message;
  if (rest['role'] === 'developer' && !developerRole) rest['role'] = 'system';
  if (!Array.isArray(content)) return { ...rest, content: content ?? null };
  const thoughts = content.filter(isThoughts).map(textOf).join('');
  const said = content.filter((block) => !isThoughts(block));
  return {
    ...rest,
    content: said.every(isText) ? said.map(textOf).join('\n') : said,
    ...(thoughts !== '' && { reasoning_content: thoughts }),
  };
}

/** Tools answer in text alone here: images come after all answers of a step, as from the user. */
function withImagesOfTools(messages: readonly Json[]): Json[] {
  const sent: Json[] = [];
  let images: Json[] = [];
  for (const message of [...messages, null]) {
    const isTool = isJsonObject(message) && message['role'] === 'tool';
    if (!isTool && images.length > 0) {
      const words = { type: 'text', text: 'Images in the answers of the tools above:' };
      sent.push({ role: 'user', content: [words, ...images] });
      images = [];
    }
    if (message === null) break;
    const { content } = isJsonObject(message) ? message : {};
    if (isTool && Array.isArray(content)) {
      images.push(...content.filter((block) => !isText(block)));
      const said = content.map((block) => (isText(block) ? textOf(block) : '[an image, shown below]'));
      sent.push({ ...message, content: said.join('\n') });
    } else {
      sent.push(message);
    }
  }
  return sent;
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
