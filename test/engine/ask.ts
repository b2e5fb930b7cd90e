import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** A request over HTTP. */
export interface Asked {
  readonly url: string;
  /** The hostname that is asked for, where the address is a gateway's; fetch would say the address's. */
  readonly hostname?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON by POST; GET when absent. */
  readonly body?: object | undefined;
}

/** Asks, and gives what is answered as text, with its media type. */
export async function ask(
  { url, hostname, headers, body }: Asked,
  seconds: number,
): Promise<{ status: number; type: string; said: string }> {
  const sent = request(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      'content-type': 'application/json',
      ...(hostname === undefined ? {} : { host: hostname }),
      ...headers,
    },
    signal: AbortSignal.timeout(seconds * 1_000),
  });
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const [type = ''] = (answer.headers['content-type'] ?? '').split(';');
  return { status: answer.statusCode ?? 0, type, said: await text(answer) };
}
