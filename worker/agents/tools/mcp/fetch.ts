import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import { Agent, buildConnector, fetch as undiciFetch } from 'undici';
import type { Response as UndiciResponse } from 'undici';
import { traceHeaders } from '../../current-span.ts';
import { retryAfterOf } from '../../retry-after.ts';
import { isPrivate, PrivateAddress, publicLookup } from './private-addresses.ts';

/** Longest answer of a server, in bytes: a result, a page of tools, or all that one stream says. */
const ANSWER_LIMIT = 16 * 1024 * 1024;

/** Calls have deadlines of their own, and a stream of notices may be silent for long. */
const TIMES = { headersTimeout: 0, bodyTimeout: 0 };

const anywhere = new Agent(TIMES);
const connect = buildConnector({ lookup: publicLookup });
const publicOnly = new Agent({
  ...TIMES,
  connect(options, callback) {
    // A host that is an address is not looked up.
    if (isPrivate(options.hostname)) return callback(new PrivateAddress('it is a private address'), null);
    return connect(options, callback);
  },
});

/** A server says when it wants to be asked again, which the client would keep to itself. */
export class Busy extends Error {
  override readonly name = 'Busy';
  /** Milliseconds. */
  readonly retryAfterMs: number;

  constructor(status: number, retryAfterMs: number) {
    super(`HTTP status ${status}`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The `fetch` of an MCP client: answers have an end, and one for public addresses reaches no other, wherever it is led to. */
export function mcpFetch(reach: 'public' | 'anywhere'): FetchLike {
  return async (address, init) => {
    const dispatcher = reach === 'public' ? publicOnly : anywhere;
    // The types of undici are a little newer than those of Node's own fetch, which it is.
    const sent = { ...Object.fromEntries(new Headers(init?.headers)), ...traceHeaders() };
    const request = { ...init, headers: sent, dispatcher } as Parameters<typeof undiciFetch>[1];
    const response = await undiciFetch(address, request);
    const { status, headers } = response;
    const retryAfterMs = status >= 400 ? retryAfterOf(new Headers([...headers]), new Date()) : undefined;
    if (retryAfterMs !== undefined) {
      await response.body?.cancel();
      throw new Busy(status, retryAfterMs);
    }
    const hasBody = response.body !== null && status !== 204 && status !== 304;
    return new Response(hasBody ? ReadableStream.from(counted(response)) : null, {
      status,
      headers: Object.fromEntries(headers),
    });
  };
}

async function* counted({ body }: UndiciResponse): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  const chunks: AsyncIterable<Uint8Array> | readonly Uint8Array[] = body ?? [];
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > ANSWER_LIMIT) throw new Error(`its answer has more than ${ANSWER_LIMIT} bytes`);
    yield chunk;
  }
}
