import type { IncomingMessage, ServerResponse } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';
import manifest from '../../../package.json' with { type: 'json' };
import { id } from '../agent-server/schemas.ts';
import type { Service } from '../service.ts';
import { agentTools } from './agents.ts';
import { callAgent } from './call-agent.ts';

/** A caller that asked for it hears this often that its agent still works; clients give up after a minute of silence. */
const PROGRESS_MS = 10_000;

const input = {
  message: z.string().min(1).optional().describe('What to tell the agent'),
  thread_id: id.optional().describe('The conversation to go on with; a new one when absent'),
  resume: z.unknown().optional().describe('In place of a message: the answer to what it has asked a person'),
};

/** Answers one message of a client of the Model Context Protocol: the agents of the worker are its tools. No session is kept. */
export async function answerMcp(
  service: Service,
  body: unknown,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const server = new McpServer({ name: 'agent-worker', version: manifest.version });
  for (const { tool, description, assistantId } of await agentTools(service))
    server.registerTool(tool, { description, inputSchema: input }, async (call, extra) => {
      const { progressToken } = extra._meta ?? {};
      let progress = 0;
      const telling = setInterval(() => {
        if (progressToken === undefined) return;
        progress += 1;
        const params = { progressToken, progress };
        void extra.sendNotification({ method: 'notifications/progress', params }).catch(() => {});
      }, PROGRESS_MS);
      try {
        return await callAgent(service, assistantId, call, extra.signal);
      } finally {
        clearInterval(telling);
      }
    });
  const transport = new StreamableHTTPServerTransport({});
  response.once('close', () => void server.close());
  // Its type says of handlers that they may be undefined, which the interface that it implements does not.
  await server.connect(transport as Parameters<typeof server.connect>[0]);
  await transport.handleRequest(request, response, body);
}
