import { z } from '@hono/zod-openapi';
import { addRoute } from '../route.ts';
import type { App } from '../route.ts';
import { failed, jsonBody } from '../described.ts';
import type { Door } from '../service.ts';

/** The agents of the worker as tools of the Model Context Protocol. */
export function addMcpRoute(app: App, door: Door): void {
  const body = jsonBody(z.unknown());
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/mcp',
      tags: ['agents'],
      summary: 'Call agents as tools (Model Context Protocol, streamable HTTP without sessions)',
      request: { body },
      responses: {
        200: {
          description: 'Messages of JSON-RPC, as server-sent events',
          content: { 'text/event-stream': { schema: z.string() } },
        },
        202: { description: 'There is nothing to answer' },
        ...failed(400, 413, 503),
      },
    },
    async ({ req, env }, service) => {
      // Loaded with the first call, as most workers have none.
      const { answerMcp } = await import('./server.ts');
      await answerMcp(service, req.valid('json'), env.incoming, env.outgoing);
      return undefined;
    },
  );
}
