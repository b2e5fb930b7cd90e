import type { JsonObject } from '../../../json.ts';

/** One server-sent event. */
export interface ServerEvent {
  readonly event: string | undefined;
  readonly data: string;
}

/**
 * Reads one answer of a model server and hands on what its client understands. Each method throws a Failure for what is no
 * answer: an error in place of one, something unreadable, an end that came too early.
 */
export interface AnswerReader {
  /** What to hand on for one event of the stream. */
  read(event: ServerEvent): readonly ServerEvent[];
  /** The events of an answer that came in one piece, as from servers that do not stream. */
  readWhole(answer: JsonObject): readonly ServerEvent[];
  /** What is left to hand on at the end of the stream. */
  end(): readonly ServerEvent[];
}

/** What differs between the languages that model servers speak. */
export interface Protocol {
  /** The request as its server takes it. */
  request(body: JsonObject): JsonObject;
  /** The request without what its server refuses in these words; undefined when there is nothing to leave out. */
  withoutRefused?(body: JsonObject, words: string): JsonObject | undefined;
  /** Whether what is asked for at this address comes as events; it does where the request says `stream` when this is absent. */
  streams?(url: string): boolean;
  /** A reader for the answer to a request; `newId` makes ids that were never used. */
  answer(body: JsonObject, newId: () => string): AnswerReader;
}

/** An event without a name that carries JSON. */
export function jsonEvent(data: JsonObject, event?: string): ServerEvent {
  return { event, data: JSON.stringify(data) };
}

/** What servers and proxies send to keep a connection open. */
export function isHeartbeat({ event, data }: ServerEvent): boolean {
  return data.trim() === '' || /^(ping|heart-?beat|keep-?alive)$/i.test(event ?? '');
}
