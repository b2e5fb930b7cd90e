import { z } from '@hono/zod-openapi';
import type { Json } from '../../json.ts';
import { described, failed, jsonBody } from '../described.ts';
import { addRoute } from '../route.ts';
import type { App } from '../route.ts';
import type { Door } from '../service.ts';
import { agentCard } from './card.ts';

const agentPath = z.object({
  agent: z.string().openapi({ description: 'Name of the agent, or id of the assistant', example: 'writer' }),
});

/** Agents as those of the protocol A2A: each has a card, and takes messages. */
export function addA2aRoutes(app: App, door: Door): void {
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/a2a/{agent}/.well-known/agent-card.json',
      tags: ['agents'],
      summary: 'The card of an agent (A2A 1.0)',
      request: { params: agentPath },
      responses: { 200: described('The card'), ...failed(404, 503) },
    },
    async ({ req }, service) => ({
      status: 200,
      body: await agentCard(service, req.valid('param').agent, new URL(req.url).origin),
    }),
  );
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/a2a/{agent}',
      tags: ['agents'],
      summary: 'Talk to an agent (A2A 1.0, JSON-RPC)',
      description:
        '`SendMessage`, `SendStreamingMessage`, `GetTask`, `CancelTask` and `SubscribeToTask`. A task is a job; its context is a thread.',
      request: { params: agentPath, body: jsonBody(z.unknown()) },
      responses: {
        200: {
          ...described('The answer of JSON-RPC'),
          content: {
            'application/json': { schema: z.record(z.string(), z.unknown()) },
            'text/event-stream': { schema: z.string() },
          },
        },
        ...failed(400, 404, 413, 503),
      },
    },
    async ({ req, env }, service) => {
      // Loaded with the first message, as most workers have none.
      const { answerA2a } = await import('./answer.ts');
      const { agent } = req.valid('param');
      return answerA2a(service, agent, req.valid('json') as Json, env, new URL(req.url).origin);
    },
  );
}
