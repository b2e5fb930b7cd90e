import type { Assistant, AssistantFilter, AssistantPage } from '../../assistant-store.ts';
import { canonicalJson } from '../../json.ts';
import { HttpError } from '../answer.ts';
import type { Service } from '../service.ts';
import { asked } from './asked.ts';
import { graphAssistants } from './assistant-view.ts';

function isMeant({ graphId, name, metadata }: AssistantFilter, one: Assistant): boolean {
  const has = ([key, value]: [string, Assistant['config'][string]]): boolean =>
    canonicalJson(one.metadata[key] ?? null) === canonicalJson(value);
  return (
    (graphId === undefined || one.graphId === graphId) &&
    (name === undefined || one.name.toLowerCase().includes(name.toLowerCase())) &&
    Object.entries(metadata ?? {}).every(has)
  );
}

async function graphsOf(service: Service): Promise<readonly Assistant[]> {
  return graphAssistants(await service.agents.files());
}

/** The assistant of this id, or the one that a graph is by itself; 404 when there is none. */
export async function findAssistant(service: Service, assistantId: string): Promise<Assistant> {
  const graphs = await graphsOf(service);
  const graph = graphs.find((one) => one.assistantId === assistantId || one.graphId === assistantId);
  const { assistants } = service.agents;
  const found = graph ?? (await asked(service, 'read the assistant', assistants.read(assistantId)));
  if (!found) throw new HttpError(404, `Assistant with ID ${assistantId} not found`);
  return found;
}

/** Those of graphs come first, as they are always there. */
export async function searchAssistants(
  service: Service,
  filter: AssistantFilter,
  page: AssistantPage,
): Promise<{ readonly found: readonly Assistant[]; readonly total: number }> {
  const graphs = (await graphsOf(service)).filter((one) => isMeant(filter, one));
  const { assistants } = service.agents;
  const first = graphs.slice(page.offset, page.offset + page.limit);
  const rest = {
    ...page,
    limit: page.limit - first.length,
    offset: Math.max(0, page.offset - graphs.length),
  };
  const [made, count] = await asked(
    service,
    'find assistants',
    Promise.all([rest.limit === 0 ? [] : assistants.search(filter, rest), assistants.count(filter)]),
  );
  return { found: [...first, ...made], total: graphs.length + count };
}

export async function countAssistants(service: Service, filter: AssistantFilter): Promise<number> {
  const graphs = (await graphsOf(service)).filter((one) => isMeant(filter, one));
  return graphs.length + (await asked(service, 'count assistants', service.agents.assistants.count(filter)));
}

/** Refuses to change an assistant that a graph is by itself. */
export async function assertMade(service: Service, assistantId: string): Promise<void> {
  const graphs = await graphsOf(service);
  if (!graphs.some((one) => one.assistantId === assistantId || one.graphId === assistantId)) return;
  throw new HttpError(
    409,
    `assistant ${assistantId} comes with the worker: change its file, or make another assistant`,
  );
}
