import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { HTTPException } from 'hono/http-exception';
import manifest from '../../package.json' with { type: 'json' };
import { HttpError, answerResponse } from './answer.ts';
import { BEARER, addRoute, bearerScheme, newApp } from './route.ts';
import type { App } from './route.ts';
import { addA2aRoutes } from './a2a/routes.ts';
import { addAssistantLists } from './agent-server/assistant-lists.ts';
import { addAssistantRoutes, addVersionRoutes } from './agent-server/assistants.ts';
import { addBatchRoute } from './agent-server/batch.ts';
import { addCronLists, addCronRoutes } from './agent-server/crons.ts';
import { addItemRoutes } from './agent-server/items.ts';
import { addMetaRoutes, addUnsupportedRoutes } from './agent-server/meta.ts';
import { addRunLookRoutes, addRunRoutes } from './agent-server/runs.ts';
import { addStateRoutes } from './agent-server/states.ts';
import { addThreadRoutes, addThreadSearch } from './agent-server/threads.ts';
import { asyncapi } from './asyncapi/document.ts';
import { addDeadLetterRoutes } from './dead-letters.ts';
import { described } from './described.ts';
import { addMcpRoute } from './mcp/routes.ts';
import { addManageRoutes } from './manage-routes.ts';
import { addPageRoutes } from './page/routes.ts';
import { addPredecessorStream } from './predecessor-stream.ts';
import { addPredecessorRoutes } from './predecessor.ts';
import { addJobRoutes, addProbeRoutes } from './routes.ts';
import type { Door } from './service.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Everything that the worker answers over HTTP. */
export function openApp(door: Door): App {
  const app = newApp();
  app.openAPIRegistry.registerComponent('securitySchemes', BEARER, bearerScheme);
  addJobRoutes(app, door);
  addManageRoutes(app, door);
  addDeadLetterRoutes(app, door);
  addPredecessorRoutes(app, door);
  addPredecessorStream(app, door);
  addProbeRoutes(app, door);
  addMcpRoute(app, door);
  addA2aRoutes(app, door);
  addMetaRoutes(app, door);
  addUnsupportedRoutes(app, door);
  addAssistantLists(app, door);
  addAssistantRoutes(app, door);
  addVersionRoutes(app, door);
  addItemRoutes(app, door);
  addThreadSearch(app, door);
  addThreadRoutes(app, door);
  addStateRoutes(app, door);
  addRunRoutes(app, door);
  addRunLookRoutes(app, door);
  addBatchRoute(app, door);
  addCronRoutes(app, door);
  addCronLists(app, door);
  addPageRoutes(app, door);
  addDescriptions(app, door);
  app.notFound(({ req }) => {
    throw missing(app, req.path);
  });
  app.onError((error, { env }) => {
    if (error instanceof HttpError) return answerResponse(error.answer);
    if (error instanceof HTTPException) {
      const message = error.message === '' ? 'cannot read the request' : error.message;
      return answerResponse(new HttpError(error.status, message).answer);
    }
    // What is not an HttpError is our mistake, and its details stay in the log.
    door.log.error({ err: error, endpoint: env.endpoint }, 'cannot answer a request');
    if (env.outgoing.headersSent) {
      env.outgoing.destroy();
      return RESPONSE_ALREADY_SENT;
    }
    return answerResponse({ status: 500, body: { error: 'the worker met an error it did not expect' } });
  });
  return app;
}

/** Why nothing answers a path: there is nothing, or it wants another method. */
function missing(app: App, path: string): HttpError {
  const allowed = METHODS.filter((method) => app.router.match(method, path)[0].length > 0);
  if (allowed.length === 0) return new HttpError(404, 'there is nothing here');
  const allow = allowed.join(', ');
  return new HttpError(405, `expected ${allow}`, {}, { Allow: allow });
}

/** The document that describes every route, made from the same declarations as the routes. */
export function describe(app: App): ReturnType<App['getOpenAPI31Document']> {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Agent worker',
      version: manifest.version,
      description: 'Jobs of agents that run to their end once, whatever dies.',
    },
  });
}

function addDescriptions(app: App, door: Door): void {
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/openapi.json',
      open: true,
      tags: ['probes'],
      summary: 'This document',
      responses: { 200: described('OpenAPI 3.1') },
    },
    () => Promise.resolve({ status: 200, body: JSON.stringify(describe(app)) }),
  );
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/asyncapi.json',
      open: true,
      tags: ['probes'],
      summary: 'What goes over NATS, and what is told of jobs while they run',
      responses: { 200: described('AsyncAPI 3.0') },
    },
    ({ req }, { parts: { settings } }) =>
      Promise.resolve({
        status: 200,
        body: asyncapi(settings.prefix, settings.publicUrl || new URL(req.url).origin),
      }),
  );
}
