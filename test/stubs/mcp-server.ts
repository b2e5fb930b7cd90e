import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { KEY_FIELD } from '../../worker/agents/tools/mcp/session.ts';

/** A server of tools for tests, with sessions as real ones have them. */
export interface McpStub {
  readonly url: string;
  /** Headers of each request so far. */
  readonly requests: {
    readonly authorization: string | undefined;
    readonly traceparent: string | undefined;
  }[];
  close(): Promise<void>;
}

const number = { type: 'number' };

const offered = [
  {
    name: 'add',
    description: 'Adds two numbers',
    inputSchema: {
      type: 'object' as const,
      properties: { a: number, b: number, note: { type: 'string', pattern: '^(a+)+$' } },
      required: ['a', 'b'],
    },
  },
  { name: 'key', description: 'Says its key', inputSchema: { type: 'object' as const } },
  { name: 'fail', description: 'Fails', inputSchema: { type: 'object' as const } },
  { name: 'wait_once', description: 'Answers the second time', inputSchema: { type: 'object' as const } },
];

export async function startMcpServer(port = 0): Promise<McpStub> {
  const requests: McpStub['requests'] = [];
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  let waited = false;

  function text(words: string, isError = false) {
    return { content: [{ type: 'text' as const, text: words }], isError };
  }

  function toolServer(): Server {
    const server = new Server({ name: 'stub', version: '1' }, { capabilities: { tools: {} } });
    server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: offered }));
    server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
      switch (params.name) {
        case 'add':
          return text(String(Number(params.arguments?.['a']) + Number(params.arguments?.['b'])));
        case 'key':
          return text(String(params._meta?.[KEY_FIELD]));
        case 'wait_once':
          if (waited) return text('at last');
          waited = true;
          return new Promise(() => {});
        default:
          return text('no such city', true);
      }
    });
    return server;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { authorization, traceparent } = request.headers;
    requests.push({ authorization, traceparent: traceparent?.toString() });
    const id = String(request.headers['mcp-session-id']);
    const known = sessions.get(id);
    if (known !== undefined) return known.handleRequest(request, response);
    if (id !== 'undefined') return void response.writeHead(404).end();
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (started) => void sessions.set(started, transport),
    });
    await toolServer().connect(transport as Parameters<Server['connect']>[0]);
    return transport.handleRequest(request, response);
  }

  const http = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  http.listen(port, '127.0.0.1');
  await once(http, 'listening');
  const { port: bound } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}/mcp`,
    requests,
    async close() {
      http.close();
      http.closeAllConnections();
      await once(http, 'close');
    },
  };
}
