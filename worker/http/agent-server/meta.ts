import { z } from '@hono/zod-openapi';
import manifest from '../../../package.json' with { type: 'json' };
import { HttpError } from '../answer.ts';
import { described, failed } from '../described.ts';
import { addRoute } from '../route.ts';
import type { App } from '../route.ts';
import type { Door } from '../service.ts';

/** What clients ask of a server before they use it. */
export function addMetaRoutes(app: App, door: Door): void {
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/ok',
      open: true,
      tags: ['probes'],
      summary: 'Whether the server answers',
      responses: { 200: described('`{ok: true}`') },
    },
    () => Promise.resolve({ status: 200, body: { ok: true } }),
  );
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/info',
      tags: ['probes'],
      summary: 'What the server is, and which parts of the Agent Server it has',
      responses: { 200: described('`{version, context, flags}`') },
    },
    () =>
      Promise.resolve({
        status: 200,
        body: {
          version: manifest.version,
          context: 'js',
          flags: { assistants: true, crons: true, store: true, langsmith: false },
        },
      }),
  );
}

/** What the Agent Server has and this one has not, with what does it here. */
const NOT_HERE = [
  ['post', '/runs/cancel', 'cancel each run by itself: POST /threads/{thread_id}/runs/{run_id}/cancel'],
  ['get', '/assistants/{assistant_id}/graph', 'the graph follows from the definition'],
  ['get', '/assistants/{assistant_id}/subgraphs', 'the graph follows from the definition'],
  ['get', '/assistants/{assistant_id}/subgraphs/{namespace}', 'the graph follows from the definition'],
] as const;

/** Says in words what is not supported, where a client would otherwise have to guess. */
export function addUnsupportedRoutes(app: App, door: Door): void {
  for (const [method, path, instead] of NOT_HERE) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, z.string()] as const);
    addRoute(
      app,
      door,
      {
        method,
        path,
        tags: ['not supported'],
        summary: `Not supported: ${instead}`,
        ...(names.length > 0 && { request: { params: z.object(Object.fromEntries(names)) } }),
        responses: failed(501),
      },
      () => Promise.reject(new HttpError(501, `this is not supported: ${instead}`)),
    );
  }
}
