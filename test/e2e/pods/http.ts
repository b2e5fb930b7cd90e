/** A request of JSON over HTTP. */
export interface HttpOrder {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** GET when absent. */
  readonly body?: object;
}

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

export async function http({ url, headers, body }: HttpOrder): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  });
  return { status: answer.status, body: await answer.json() };
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
