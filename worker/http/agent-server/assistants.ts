import { randomUUID } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import type { Assistant, AssistantFacts } from '../../assistant-store.ts';
import { GRAPH, definitionIn } from '../../jobs/agents/named-agents.ts';
import type { JsonObject } from '../../json.ts';
import { HttpError } from '../answer.ts';
import type { Answer } from '../answer.ts';
import { described, failed, jsonBody } from '../described.ts';
import { addRoute } from '../route.ts';
import type { App } from '../route.ts';
import type { Door, Service } from '../service.ts';
import { checkDefinition } from './agent-of.ts';
import { asked } from './asked.ts';
import { assertMade, findAssistant } from './find-assistants.ts';
import { assistantView, versionView } from './assistant-view.ts';
import { configuredOptions } from './run-options.ts';
import {
  assistantChange,
  assistantCreate,
  assistantPath,
  versionChoice,
  versionList,
} from './assistant-schemas.ts';

const tags = ['assistants'];
const assistant = described(
  '`{assistant_id, graph_id, version, name, description, config, context, metadata, …}`',
);

function shown(assistantId: string, found: Assistant | undefined): Answer {
  if (!found) throw new HttpError(404, `Assistant with ID ${assistantId} not found`);
  return { status: 200, body: assistantView(found) };
}

/** A graph is `agent`, or the name of a file; a definition in the config must be one that can run here. */
async function check(service: Service, graph: string | undefined, config: JsonObject | undefined) {
  const files = await service.agents.files();
  if (graph !== undefined && graph !== GRAPH && !files.some(({ name }) => name === graph))
    throw new HttpError(
      404,
      `Graph "${graph}" not found: expected "${GRAPH}", or the name of a file of agents`,
    );
  const definition = config && definitionIn(config);
  if (definition !== undefined) checkDefinition(service, definition);
  if (config) configuredOptions(config);
}

async function create(service: Service, wanted: z.infer<typeof assistantCreate>): Promise<Answer> {
  const { assistant_id, graph_id, if_exists } = wanted;
  const config = (wanted.config ?? {}) as JsonObject;
  await check(service, graph_id, config);
  const assistantId = assistant_id ?? randomUUID();
  const facts: AssistantFacts = {
    graphId: graph_id,
    name: wanted.name ?? 'Untitled',
    description: wanted.description ?? undefined,
    config,
    context: wanted.context ?? {},
    metadata: wanted.metadata ?? {},
  };
  const { assistants } = service.agents;
  const made = await asked(service, 'make the assistant', assistants.create(assistantId, facts));
  if (!made && if_exists !== 'do_nothing')
    throw new HttpError(409, `Assistant ${assistantId} already exists`);
  return shown(assistantId, await findAssistant(service, assistantId));
}

async function change(
  service: Service,
  assistantId: string,
  wanted: z.infer<typeof assistantChange>,
): Promise<Answer> {
  await assertMade(service, assistantId);
  const config = (wanted.config ?? undefined) as JsonObject | undefined;
  await check(service, wanted.graph_id ?? undefined, config);
  const changed = await asked(
    service,
    'change the assistant',
    service.agents.assistants.change(assistantId, {
      ...(wanted.graph_id && { graphId: wanted.graph_id }),
      ...(wanted.name && { name: wanted.name }),
      ...(wanted.description && { description: wanted.description }),
      ...(config && { config }),
      ...(wanted.context && { context: wanted.context }),
      ...(wanted.metadata && { metadata: wanted.metadata }),
    }),
  );
  return shown(assistantId, changed);
}

/** Agents that clients make, look at, change and delete. */
export function addAssistantRoutes(app: App, door: Door): void {
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/assistants',
      tags,
      summary: 'Make an assistant: an agent that runs name by its id',
      request: { body: jsonBody(assistantCreate) },
      responses: { 200: assistant, ...failed(400, 404, 409, 413, 422, 503) },
    },
    ({ req }, service) => create(service, req.valid('json')),
  );
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/assistants/{assistant_id}',
      tags,
      summary: 'Look at an assistant',
      request: { params: assistantPath },
      responses: { 200: assistant, ...failed(404, 422, 503) },
    },
    async ({ req }, service) => {
      const { assistant_id } = req.valid('param');
      return shown(assistant_id, await findAssistant(service, assistant_id));
    },
  );
  addRoute(
    app,
    door,
    {
      method: 'patch',
      path: '/assistants/{assistant_id}',
      tags,
      summary: 'Make a new version of an assistant, which runs from now on',
      request: { params: assistantPath, body: jsonBody(assistantChange) },
      responses: { 200: assistant, ...failed(400, 404, 409, 413, 422, 503) },
    },
    ({ req }, service) => change(service, req.valid('param').assistant_id, req.valid('json')),
  );
  addRoute(
    app,
    door,
    {
      method: 'delete',
      path: '/assistants/{assistant_id}',
      tags,
      summary: 'Delete an assistant; its threads and runs stay',
      request: {
        params: assistantPath,
        query: z.object({ delete_threads: z.enum(['true', 'false']).optional() }),
      },
      responses: {
        200: described('The ids of what was deleted', z.array(z.string())),
        ...failed(404, 409, 422, 503),
      },
    },
    async ({ req }, service) => {
      const { assistant_id } = req.valid('param');
      if (req.valid('query').delete_threads === 'true')
        throw new HttpError(422, 'delete_threads is not supported: delete its threads by themselves');
      await assertMade(service, assistant_id);
      const known = await asked(
        service,
        'delete the assistant',
        service.agents.assistants.remove(assistant_id),
      );
      if (!known) throw new HttpError(404, `Assistant with ID ${assistant_id} not found`);
      return { status: 200, body: JSON.stringify([assistant_id]) };
    },
  );
}

/** Versions of assistants. */
export function addVersionRoutes(app: App, door: Door): void {
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/assistants/{assistant_id}/versions',
      scope: 'read',
      tags,
      summary: 'List the versions of an assistant, the newest first',
      request: { params: assistantPath, body: jsonBody(versionList) },
      responses: {
        200: described('The versions', z.array(z.record(z.string(), z.unknown()))),
        ...failed(400, 404, 422, 503),
      },
    },
    async ({ req }, service) => {
      const { assistant_id } = req.valid('param');
      const { metadata, limit, offset } = req.valid('json');
      const found = await findAssistant(service, assistant_id);
      const made = await asked(
        service,
        'list the versions',
        service.agents.assistants.versions(assistant_id, metadata ?? undefined, limit, offset),
      );
      const isGraph = found.metadata['created_by'] === 'system' && made.length === 0 && offset === 0;
      return { status: 200, body: JSON.stringify((isGraph ? [found] : made).map(versionView)) };
    },
  );
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/assistants/{assistant_id}/latest',
      tags,
      summary: 'Let a version of an assistant run that there is',
      request: { params: assistantPath, body: jsonBody(versionChoice) },
      responses: { 200: assistant, ...failed(400, 404, 409, 422, 503) },
    },
    async ({ req }, service) => {
      const { assistant_id } = req.valid('param');
      const { version } = req.valid('json');
      await assertMade(service, assistant_id);
      await findAssistant(service, assistant_id);
      const chosen = await asked(
        service,
        'choose the version',
        service.agents.assistants.choose(assistant_id, version),
      );
      if (!chosen) throw new HttpError(404, `Assistant ${assistant_id} has no version ${version}`);
      return shown(assistant_id, chosen);
    },
  );
}
