import { ask } from '../../engine/ask.ts';
import type { Asked } from '../../engine/ask.ts';

/** A request of JSON over HTTP. */
export type HttpOrder = Asked;

/** Follows a stream of server-sent events. */
export interface EventsOrder extends HttpOrder {
  /** Hangs up after this many events; follows until `end` when absent. */
  readonly take?: number;
}

/** One server-sent event. */
export interface SentEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

export async function http(order: HttpOrder): Promise<{ status: number; body: unknown }> {
  const { status, type, said } = await ask(order, 60);
  return { status, body: type === 'application/json' ? JSON.parse(said) : said };
}

export async function events({ url, headers, take }: EventsOrder): Promise<readonly SentEvent[]> {
  const hangUp = new AbortController();
  const signal = AbortSignal.any([hangUp.signal, AbortSignal.timeout(120_000)]);
  const answer = await fetch(url, { headers: { ...headers }, signal });
  if (answer.status !== 200 || !answer.body) throw new Error(`${url} answered ${answer.status}`);
  const seen: SentEvent[] = [];
  let rest = '';
  for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
    const frames = (rest + part).split('\n\n');
    rest = frames.pop() ?? '';
    seen.push(...frames.flatMap(sentEvent));
    if (seen.length >= (take ?? Infinity) || seen.some(({ event }) => event === 'end')) break;
  }
  hangUp.abort();
  return seen.slice(0, take);
}

/** None for a comment, or for the line that only says when to try again. */
function sentEvent(frame: string): SentEvent[] {
  const fields = Object.fromEntries(
    frame.split('\n').map((line) => [line.split(':', 1)[0], line.slice(line.indexOf(':') + 1).trim()]),
  );
  const { id = '', event = '', data = '' } = fields;
  return data === '' ? [] : [{ id, event, data }];
}
