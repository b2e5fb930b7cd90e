import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { isJsonObject, parseJson } from '../../worker/json.ts';
import type { JsonObject } from '../../worker/json.ts';

/** One message for an MCP server, and the ways to answer it. */
export interface McpMessage {
  readonly method: string;
  readonly params: JsonObject;
  readonly session: string | undefined;
  readonly path: string;
  readonly response: ServerResponse;
  /** Answers with a result. */
  readonly ok: (result: JsonObject) => void;
  /** Answers over HTTP alone. */
  readonly status: (code: number, body?: string, headers?: Readonly<Record<string, string>>) => void;
  /** A message of a stream of events; the first one begins it. */
  readonly event: (message: JsonObject) => void;
}

export interface RawMcp {
  readonly url: string;
  /** Methods of all messages so far, and `DELETE` for the end of a session. */
  readonly methods: readonly string[];
  close(): Promise<void>;
}

/** An MCP server by hand, for what no well-kept server does. `handle` answers what it likes; the rest is answered as usual. */
export async function startRawMcp(
  handle: (message: McpMessage) => boolean | Promise<boolean>,
): Promise<RawMcp> {
  const methods: string[] = [];
  let sessions = 0;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'POST') {
      if (request.method === 'DELETE') methods.push('DELETE');
      return void response.writeHead(request.method === 'DELETE' ? 200 : 405).end();
    }
    const body = parseJson(await text(request));
    const message = isJsonObject(body) ? body : {};
    const method = typeof message['method'] === 'string' ? message['method'] : '';
    methods.push(method);
    const session = request.headers['mcp-session-id'];
    const said: McpMessage = {
      method,
      params: isJsonObject(message['params']) ? message['params'] : {},
      session: typeof session === 'string' ? session : undefined,
      path: request.url ?? '',
      response,
      ok: (result) => json(response, { jsonrpc: '2.0', id: message['id'] ?? null, result }),
      status: (code, words = '', headers = {}) => void response.writeHead(code, headers).end(words),
      event(one) {
        if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(
          `data: ${JSON.stringify({ jsonrpc: '2.0', ...('method' in one ? {} : { id: message['id'] ?? null }), ...one })}\n\n`,
        );
      },
    };
    if (await handle(said)) return;
    if (method === 'initialize') {
      response.setHeader('mcp-session-id', `session-${(sessions += 1)}`);
      const { protocolVersion = '' } = said.params;
      return said.ok({
        protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: 'raw', version: '1' },
      });
    }
    if (method === 'tools/list')
      return said.ok({ tools: [{ name: 'echo', inputSchema: { type: 'object' } }] });
    if (method === 'tools/call') return said.ok({ content: [{ type: 'text', text: 'echoed' }] });
    said.status(202);
  };
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    methods,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function json(response: ServerResponse, body: JsonObject): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
