import { isJsonObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';

/** Characters of a job that lists show. */
const LONGEST = 500;
const LONGEST_NAME = 200;

/** Text that every database takes, on one line. */
function plain(text: string, most: number): string {
  return text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, most)
    .toWellFormed();
}

function textOf(content: Json | undefined): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  const texts = content.map((block) =>
    isJsonObject(block) && typeof block['text'] === 'string' ? block['text'] : '',
  );
  return texts.join(' ');
}

function lastMessage(messages: Json | undefined): string {
  const last = Array.isArray(messages) ? messages.at(-1) : undefined;
  return isJsonObject(last) ? textOf(last['content']) : '';
}

/** What a job was asked for, as far as a line of a list has room. */
export function aboutOf(input: JsonObject): string {
  const { user_request: request, messages } = input;
  const asked = typeof request === 'string' ? request : lastMessage(messages);
  return plain(asked === '' ? JSON.stringify(input).slice(0, 2 * LONGEST) : asked, LONGEST);
}

/** The name of a definition; empty when it has none. */
export function agentNameOf({ name }: JsonObject): string {
  return typeof name === 'string' ? plain(name, LONGEST_NAME) : '';
}
