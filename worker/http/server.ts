import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpError, writeAnswer } from './answer.ts';
import type { Answer } from './answer.ts';
import { followJob } from './events.ts';
import { health, ready } from './health.ts';
import { postJob } from './intake.ts';
import { cancelJob, getJob } from './jobs.ts';
import type { Service } from './service.ts';

/** One request on its way through a handler. */
interface Call {
  readonly service: Service;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** From the path. */
  readonly jobId: string;
  /** Fires when the client is gone. */
  readonly closed: AbortSignal;
}

interface Route {
  readonly method: string;
  readonly path: RegExp;
  /** Name in the metrics: a path with an id would be a series for each job. */
  readonly endpoint: string;
  /** Probes and metrics carry no token. */
  readonly open?: true;
  /** Undefined when the handler has written the response itself. */
  handle(call: Call): Promise<Answer | undefined>;
}

const routes: readonly Route[] = [
  {
    method: 'POST',
    path: /^\/$/,
    endpoint: '/',
    handle: ({ service, request, closed }) => postJob(service, request, closed),
  },
  {
    method: 'GET',
    path: /^\/jobs\/([^/]+)$/,
    endpoint: '/jobs/{id}',
    handle: ({ service, jobId }) => getJob(service, jobId),
  },
  {
    method: 'POST',
    path: /^\/jobs\/([^/]+)\/cancel$/,
    endpoint: '/jobs/{id}/cancel',
    handle: ({ service, jobId }) => cancelJob(service, jobId),
  },
  {
    method: 'GET',
    path: /^\/jobs\/([^/]+)\/events$/,
    endpoint: '/jobs/{id}/events',
    async handle({ service, jobId, request, response, closed }) {
      await followJob(service, jobId, request, response, closed);
      return undefined;
    },
  },
  {
    method: 'GET',
    path: /^\/health$/,
    endpoint: '/health',
    open: true,
    handle: ({ service }) => Promise.resolve(health(service)),
  },
  {
    method: 'GET',
    path: /^\/ready$/,
    endpoint: '/ready',
    open: true,
    handle: ({ service }) => Promise.resolve(ready(service)),
  },
  {
    method: 'GET',
    path: /^\/metrics$/,
    endpoint: '/metrics',
    open: true,
    async handle({ service: { metrics }, response }) {
      const text = await metrics.scrape();
      response.writeHead(200, { 'Content-Type': metrics.contentType }).end(text);
      return undefined;
    },
  },
];

function isAllowed({ headers }: IncomingMessage, token: string): boolean {
  const given = Buffer.from(headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function decodeId(text: string | undefined): string {
  try {
    return decodeURIComponent(text ?? '');
  } catch {
    throw new HttpError(400, 'cannot read the job id: expected percent-encoding');
  }
}

/** The route of a request; 404, 405 or 401 when it may not go on. */
function find(request: IncomingMessage, path: string, token: string | undefined): Route {
  const here = routes.filter((route) => route.path.test(path));
  if (here.length === 0) throw new HttpError(404, 'there is nothing here');
  const route = here.find(({ method }) => method === request.method);
  if (!route) {
    const allow = here.map(({ method }) => method).join(', ');
    throw new HttpError(405, `expected ${allow}`, {}, { Allow: allow });
  }
  if (token !== undefined && !route.open && !isAllowed(request, token))
    throw new HttpError(401, 'expected a bearer token', {}, { 'WWW-Authenticate': 'Bearer' });
  return route;
}

/** The one catch of the HTTP side: what is not a refusal is our mistake, and its details stay in the log. */
async function serve(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { parts, metrics, token } = service;
  const started = parts.clock.monotonic();
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  let endpoint = 'unknown';
  try {
    const path = (request.url ?? '/').replace(/\?.*$/s, '');
    const route = find(request, path, token);
    endpoint = route.endpoint;
    const jobId = decodeId(route.path.exec(path)?.[1]);
    const answer = await route.handle({ service, request, response, jobId, closed: gone.signal });
    if (answer) writeAnswer(response, answer);
  } catch (error) {
    if (!(error instanceof HttpError)) parts.log.error({ err: error, endpoint }, 'cannot answer a request');
    if (response.headersSent) response.destroy();
    else if (error instanceof HttpError) writeAnswer(response, error.answer);
    else writeAnswer(response, { status: 500, body: { error: 'the worker met an error it did not expect' } });
  } finally {
    const seconds = (parts.clock.monotonic() - started) / 1000;
    metrics.http.request(request.method ?? '', endpoint, response.statusCode, seconds);
  }
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
export async function openHttp(service: Service, address: HttpAddress): Promise<HttpServer> {
  const server: Server = createServer((request, response) => void serve(service, request, response));
  // A job may take long to answer, but nobody needs long to ask.
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.maxHeadersCount = 100;
  await listen(server, address);
  return {
    // A server that listens on a port has an address with one.
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await closed;
    },
  };
}
