import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { JsonObject } from '../../worker/json.ts';

/** An answer byte by byte, for what no well-kept server says. */
export interface RawAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** Leave the connection open, or break it, after the body. */
  readonly after?: 'hang' | 'break';
}

export interface RawModel {
  /** Address without a path. */
  readonly origin: string;
  /** Bodies of the requests so far. */
  readonly requests: readonly JsonObject[];
  /** Where they went, and with which headers. */
  readonly heads: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  close(): Promise<void>;
}

/** A model server that says what it is told; `n` counts requests from 1. */
export async function startRawModel(
  answer: (body: JsonObject, n: number, path: string) => RawAnswer | Promise<RawAnswer>,
): Promise<RawModel> {
  const requests: JsonObject[] = [];
  const heads: { path: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    void json(request).then(async (body) => {
      requests.push(body as JsonObject);
      heads.push({ path: request.url ?? '', headers: request.headers });
      send(response, await answer(body as JsonObject, requests.length, request.url ?? ''));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    heads,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function send(response: ServerResponse, { status = 200, headers, body, after }: RawAnswer): void {
  response.writeHead(status, headers ?? { 'content-type': 'text/event-stream' });
  if (after === undefined) return void response.end(body);
  response.write(body, () => {
    if (after === 'break') setTimeout(() => response.destroy(), 20);
  });
}
