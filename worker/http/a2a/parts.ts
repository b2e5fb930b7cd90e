import { Role } from '@a2a-js/sdk';
import type { Artifact, Message, Part } from '@a2a-js/sdk';
import { ContentTypeNotSupportedError, RequestMalformedError } from '@a2a-js/sdk/errors';
import { isJsonObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';

export function textPart(value: string): Part {
  return { content: { $case: 'text', value }, metadata: undefined, filename: '', mediaType: 'text/plain' };
}

function dataPart(value: Json): Part {
  return {
    content: { $case: 'data', value },
    metadata: undefined,
    filename: '',
    mediaType: 'application/json',
  };
}

/** What an agent says. */
export function said(messageId: string, taskId: string, contextId: string, parts: Part[]): Message {
  const nothing = { metadata: undefined, extensions: [], referenceTaskIds: [] };
  return { messageId, taskId, contextId, role: Role.ROLE_AGENT, parts, ...nothing };
}

/** What the messages of an agent say to a model: text as it is, data as JSON. */
export function textOf({ parts }: Message): string {
  if (parts.length === 0) throw new RequestMalformedError('expected a message with at least one part');
  return parts
    .map(({ content }) => {
      if (content?.$case === 'text') return content.value;
      if (content?.$case === 'data') return JSON.stringify(content.value);
      throw new ContentTypeNotSupportedError('expected parts with text or data');
    })
    .join('\n');
}

/** What a person decides: the data of a message, or its text where none is there. */
export function answerOf(message: Message, asked: Json): Json {
  const data = message.parts.flatMap(({ content }) =>
    content?.$case === 'data' ? [content.value as Json] : [],
  );
  const [first] = data;
  if (first !== undefined) return first;
  const [question] = Array.isArray(asked) ? asked : [];
  const value = isJsonObject(question ?? null) ? (question as JsonObject)['value'] : undefined;
  if (isJsonObject(value ?? null) && (value as JsonObject)['actionRequests'] !== undefined)
    throw new RequestMalformedError(
      'expected a part with data: {"decisions": [{"type": "approve"}]}, one for each call that is asked about',
    );
  return textOf(message);
}

/** What an agent has made. */
export function artifactOf(taskId: string, result: JsonObject): Artifact {
  const { output = null, structured_response: structured } = result;
  const text = typeof output === 'string' ? output : JSON.stringify(output);
  return {
    artifactId: `${taskId}-output`,
    name: 'output',
    description: '',
    parts: [textPart(text), ...(structured === undefined ? [] : [dataPart(structured)])],
    metadata: undefined,
    extensions: [],
  };
}

/** What an agent asks a person. */
export function questionOf(interrupts: Json): Part[] {
  return [textPart('A person has to decide before it goes on.'), dataPart({ interrupts })];
}
