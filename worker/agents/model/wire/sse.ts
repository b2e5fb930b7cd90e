import { createParser } from 'eventsource-parser';
import type { ServerEvent } from './protocol.ts';

/** The events of a stream of text that has begun with `first`. An event that the end cuts off is lost, as the standard has it. */
export async function* serverEvents(
  first: string,
  texts: AsyncIterable<string>,
): AsyncGenerator<ServerEvent> {
  const events: ServerEvent[] = [];
  const parser = createParser({ onEvent: ({ event, data }) => void events.push({ event, data }) });
  parser.feed(first);
  yield* events.splice(0);
  for await (const text of texts) {
    parser.feed(text);
    yield* events.splice(0);
  }
  // Some servers leave out the empty line after their last event.
  parser.feed('\n\n');
  yield* events.splice(0);
}

/** An event as text of a stream, without these texts in it. */
export function writeEvent({ event, data }: ServerEvent, secrets: readonly string[]): string {
  const shown = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), data);
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${shown}\n\n`;
}
