import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { HttpError, answerResponse } from './answer.ts';
import { openApp } from './app.ts';
import { admitOrigin } from './cors.ts';
import { isFromHere } from './hosts.ts';
import type { App } from './route.ts';
import type { Door } from './service.ts';
import { Sockets, asksForSocket } from './sockets.ts';

interface Bindings {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

function isReadable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** Answers one request, and counts it once its client has the whole answer or is gone. */
async function answer(
  { clock, metrics, hosts, origins }: Door,
  app: App,
  request: Request,
  bindings: Bindings,
): Promise<Response> {
  const { incoming, outgoing } = bindings;
  const started = clock.monotonic();
  const gone = new AbortController();
  const env = { ...bindings, endpoint: 'unknown', closed: gone.signal };
  outgoing.once('close', () => {
    gone.abort();
    const seconds = (clock.monotonic() - started) / 1000;
    metrics.http.request(incoming.method ?? '', env.endpoint, outgoing.statusCode, seconds);
  });
  if (hosts && !isFromHere(hosts, origins, incoming))
    return answerResponse(new HttpError(403, `expected a request to ${hosts.join(' or ')}`).answer);
  if (!isReadable(incoming.url ?? ''))
    return answerResponse(new HttpError(400, 'cannot read the path: expected percent-encoding').answer);
  // Hono would run the handler and leave out the body.
  const asked = request.method === 'HEAD' ? new Request(request.url, { method: 'OPTIONS' }) : request;
  return app.fetch(asked, env);
}

/** A server that listens; `port` is the one it got, which matters when it asked for 0. */
export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Where to listen. */
export interface HttpAddress {
  readonly host: string;
  readonly port: number;
}

async function listen(server: Server, { host, port }: HttpAddress): Promise<void> {
  // Without a host Node takes all addresses too, and those of IPv4 alone on a machine that has no IPv6.
  server.listen(host === '::' ? { port } : { host, port });
  try {
    await once(server, 'listening');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const shown = host.includes(':') ? `[${host}]` : host;
    throw new Error(`cannot serve on ${shown}:${port}: ${why}`, { cause });
  }
}

/** Listens, or throws when the address cannot be had. */
export async function openHttp(door: Door, address: HttpAddress): Promise<HttpServer> {
  const app = openApp(door);
  const listener = getRequestListener(
    // HTTP/1.1 alone is served.
    (request, bindings) => answer(door, app, request, bindings as Bindings),
    { overrideGlobalObjects: false },
  );
  const server: Server = createServer({ shouldUpgradeCallback: asksForSocket }, (request, response) => {
    if (!admitOrigin(door.origins, request, response)) void listener(request, response);
  });
  // A job may take long to answer, but nobody needs long to ask.
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.maxHeadersCount = 100;
  const sockets = new Sockets(door, server, async (request, bindings) => app.fetch(request, bindings));
  await listen(server, address);
  return {
    // A server that listens on a port has an address with one.
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      sockets.close();
      await closed;
    },
  };
}
