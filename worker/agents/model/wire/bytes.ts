import { ask, countedChunks, errorAnswerOf, refused, requestOf } from './ask.ts';
import type { CallRules } from './ask.ts';
import { Watch } from './watch.ts';

/** A `fetch` of addresses in words. */
export type BytesFetch = (url: string, init: RequestInit) => Promise<Response>;

/** The `fetch` of a client that reads its server's answers itself, byte by byte: all else is as with `modelFetch`. */
export function bytesFetch(rules: CallRules): BytesFetch {
  return async (url, init) => {
    const watch = new Watch(rules.times, init.signal ?? undefined);
    try {
      const response = await ask(url, requestOf(init, rules, watch), watch);
      if (!response.ok) return refused(response, await errorAnswerOf(response, watch), watch);
      const body = ReadableStream.from(watched(countedChunks(response, watch), watch));
      return new Response(body, { status: response.status, headers: Object.fromEntries(response.headers) });
    } catch (error) {
      watch.end();
      throw watch.reasonOf(error);
    }
  };
}

async function* watched(chunks: AsyncIterable<Uint8Array>, watch: Watch): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw watch.reasonOf(error);
  } finally {
    watch.end();
  }
}
