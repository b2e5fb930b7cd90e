import { ServerResponse, STATUS_CODES } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { HttpError, answerResponse, plainHeaders } from './answer.ts';
import type { HttpEnv, Listen } from './route.ts';
import { isFromHere, isOwnPage } from './hosts.ts';
import type { Door } from './service.ts';

/** Below it are the routes that become a WebSocket. */
const PLACE = '/deepagents-runtime/stream/';
/** How many may listen at once to one worker. */
const MOST = 1_000;
/** Whoever listens has nothing to say. */
const MOST_BYTES = 1_024;
/** A listener that has not answered a ping by the next one is gone, or takes nothing in. */
const PING_MS = 15_000;
/** The protocol itself, and how a page, which cannot set a header, sends its token: in base64url, as Kubernetes takes it. */
const PROTOCOL = 'deepagents-runtime';
const TOKEN = /^base64url\.bearer\.authorization\.([\w-]+)$/;

/** Whether a request asks for a WebSocket where there is one; all others are answered as if they had not asked. */
export function asksForSocket({ url = '', headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket' && url.startsWith(PLACE);
}

function protocolsOf({ headers }: IncomingMessage): readonly string[] {
  return (headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim());
}

function headersOf(incoming: IncomingMessage): Record<string, string> {
  const headers = plainHeaders(incoming);
  const [, token] = protocolsOf(incoming).flatMap((one) => TOKEN.exec(one) ?? []);
  if (token === undefined || headers['authorization'] !== undefined) return headers;
  return { ...headers, authorization: `Bearer ${Buffer.from(token, 'base64url').toString()}` };
}

/** Answers in place of a WebSocket, and hangs up. */
async function refuse(socket: Duplex, response: Response): Promise<void> {
  const body = await response.text();
  const headers = [...response.headers].filter(([name]) => name !== 'content-length');
  const lines = [
    `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ''}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** What the routes say to a request. */
type Answering = (request: Request, bindings: HttpEnv['Bindings']) => Promise<Response>;

/** The WebSockets of a server, beside what it answers. */
export class Sockets {
  readonly #door: Door;
  readonly #answer: Answering;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
  });
  readonly #answered = new WeakSet<WebSocket>();
  readonly #pinging = setInterval(() => this.#ping(), PING_MS).unref();

  constructor(door: Door, server: Server, answer: Answering) {
    this.#door = door;
    this.#answer = answer;
    server.on('upgrade', (incoming, socket, head) => void this.#enter(incoming, socket, head));
  }

  /** Hangs up on whoever still listens. */
  close(): void {
    clearInterval(this.#pinging);
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  #ping(): void {
    for (const socket of this.#sockets.clients) {
      if (!this.#answered.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }

  /** Why nobody may come in, before it is known who it is. */
  #refusal(incoming: IncomingMessage): HttpError | undefined {
    const { hosts, origins } = this.#door;
    if (!asksForSocket(incoming)) return new HttpError(400, 'there is no WebSocket here');
    if (hosts && !isFromHere(hosts, origins, incoming))
      return new HttpError(403, `expected a request to ${hosts.join(' or ')}`);
    if (!isOwnPage(origins, incoming))
      return new HttpError(403, 'pages of this origin may not call: CORS_ORIGINS does not name it');
    if (this.#sockets.clients.size < MOST) return undefined;
    return new HttpError(503, `${MOST} listen already`, {}, { 'Retry-After': '5' });
  }

  async #enter(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { clock, metrics, log } = this.#door;
    const started = clock.monotonic();
    const gone = new AbortController();
    let listen: Listen | undefined;
    const bindings: HttpEnv['Bindings'] = {
      incoming,
      outgoing: new ServerResponse(incoming),
      endpoint: 'unknown',
      closed: gone.signal,
      listen: (given) => {
        listen = given;
      },
    };
    const count = (status: number): void =>
      metrics.http.request('GET', bindings.endpoint, status, (clock.monotonic() - started) / 1000);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => gone.abort());
    try {
      const refusal = this.#refusal(incoming);
      const response = refusal
        ? answerResponse(refusal.answer)
        : await this.#answer(
            new Request(new URL(incoming.url ?? '', 'http://worker'), { headers: headersOf(incoming) }),
            bindings,
          );
      if (listen === undefined || !response.ok) {
        count(response.status);
        return await refuse(socket, response);
      }
      const serve: Listen = listen;
      this.#sockets.handleUpgrade(incoming, socket, head, (open) => {
        socket.once('close', () => count(101));
        void this.#serve(open, serve, gone.signal);
      });
    } catch (error) {
      log.error({ err: error, endpoint: bindings.endpoint }, 'cannot open a WebSocket');
      socket.destroy();
    }
  }

  async #serve(open: WebSocket, listen: Listen, gone: AbortSignal): Promise<void> {
    const { metrics, log } = this.#door;
    this.#answered.add(open);
    open.on('pong', () => this.#answered.add(open));
    // What is wrong with a message closes the connection, with its code.
    open.on('error', () => {});
    metrics.http.watching(1);
    try {
      await listen({
        gone,
        send: (text) => new Promise((sent) => open.send(text, () => sent())),
        close: (code, reason) => open.close(code, reason),
      });
    } catch (error) {
      log.error({ err: error }, 'cannot go on with a WebSocket');
      open.close(1011, 'the worker met an error it did not expect');
    } finally {
      metrics.http.watching(-1);
    }
  }
}
