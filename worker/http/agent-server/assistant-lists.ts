import { z } from '@hono/zod-openapi';
import type { AssistantFilter } from '../../assistant-store.ts';
import { described, failed, jsonBody } from '../described.ts';
import { addRoute } from '../route.ts';
import type { App } from '../route.ts';
import type { Door } from '../service.ts';
import { assistantCount, assistantPath, assistantSearch } from './assistant-schemas.ts';
import { assistantView } from './assistant-view.ts';
import { countAssistants, findAssistant, searchAssistants } from './find-assistants.ts';
import { selected } from './threads.ts';

const tags = ['assistants'];
function filterOf({ graph_id, name, metadata }: z.infer<typeof assistantCount>): AssistantFilter {
  return { graphId: graph_id ?? undefined, name: name ?? undefined, metadata: metadata ?? undefined };
}

/** The state of every agent; what a definition declares besides is in it as well. */
const STATE = {
  type: 'object',
  properties: {
    messages: { type: 'array', items: { type: 'object' } },
    files: { type: 'object' },
    todos: { type: 'array', items: { type: 'object' } },
  },
};

/** Lists of assistants, and what their runs take and give. */
export function addAssistantLists(app: App, door: Door): void {
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/assistants/search',
      scope: 'read',
      tags,
      summary: 'Find assistants',
      request: { body: jsonBody(assistantSearch) },
      responses: {
        200: described('The assistants', z.array(z.record(z.string(), z.unknown()))),
        ...failed(400, 422, 503),
      },
    },
    async ({ req }, service) => {
      const asks = req.valid('json');
      const { limit, offset, sort_by, sort_order } = asks;
      const page = { limit, offset, sortBy: sort_by, descending: sort_order === 'desc' };
      const { found, total } = await searchAssistants(service, filterOf(asks), page);
      const shown = found.map((one) => selected(assistantView(one), asks.select));
      const next = offset + found.length;
      return {
        status: 200,
        body: JSON.stringify(shown),
        headers: {
          'X-Pagination-Total': String(total),
          ...(next < total && { 'X-Pagination-Next': String(next) }),
        },
      };
    },
  );
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/assistants/count',
      scope: 'read',
      tags,
      summary: 'Count assistants',
      request: { body: jsonBody(assistantCount) },
      responses: { 200: described('Their number', z.number()), ...failed(400, 422, 503) },
    },
    async ({ req }, service) => ({
      status: 200,
      body: String(await countAssistants(service, filterOf(req.valid('json')))),
    }),
  );
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/assistants/{assistant_id}/schemas',
      tags,
      summary: 'What runs of an assistant take and give',
      request: { params: assistantPath },
      responses: { 200: described('JSON Schemas'), ...failed(404, 422, 503) },
    },
    async ({ req }, service) => {
      const { graphId } = await findAssistant(service, req.valid('param').assistant_id);
      const anything = { type: 'object' };
      return {
        status: 200,
        body: {
          graph_id: graphId,
          input_schema: STATE,
          output_schema: STATE,
          state_schema: STATE,
          config_schema: anything,
          context_schema: anything,
        },
      };
    },
  );
}
