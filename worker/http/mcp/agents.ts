import { definitionIn } from '../../jobs/agents/named-agents.ts';
import { isJsonObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';
import { asked } from '../agent-server/asked.ts';
import type { Service } from '../service.ts';

/** An agent as a tool. */
export interface AgentTool {
  /** What it is called as a tool. */
  readonly tool: string;
  readonly description: string;
  /** By which runs name it. */
  readonly assistantId: string;
}

/** Names that the protocol takes for tools. */
const TOOL_NAME = /^[A-Za-z0-9_.-]{1,128}$/;

/** A client reads them all at once. */
const MOST = 200;

/** The agents that can run by their name alone: those of files, then the newest of those that clients made. */
export async function agentTools(service: Service): Promise<readonly AgentTool[]> {
  const { files, assistants } = service.agents;
  const page = { limit: MOST, offset: 0, sortBy: 'updated_at', descending: true } as const;
  const [known, made] = await asked(
    service,
    'list the agents',
    Promise.all([files(), assistants.search({}, page)]),
  );
  const ofFiles = known.map(({ name, definition }) => ({ name, assistantId: name, definition }));
  const ofClients = made.flatMap(({ name, assistantId, config, graphId }) => {
    const definition = definitionIn(config) ?? known.find((file) => file.name === graphId)?.definition;
    return definition === undefined ? [] : [{ name, assistantId, definition }];
  });
  const tools = new Map<string, AgentTool>();
  for (const { name, assistantId, definition } of [...ofFiles, ...ofClients]) {
    const tool = TOOL_NAME.test(name) && !tools.has(name) ? name : assistantId;
    if (TOOL_NAME.test(tool)) tools.set(tool, { tool, assistantId, description: about(name, definition) });
  }
  return [...tools.values()];
}

/** What the orchestrator says of itself, which is the first node where none is called so. */
export function about(name: string, { nodes }: JsonObject): string {
  const all = (Array.isArray(nodes) ? nodes : []).filter(isJsonObject);
  const isFirst = ({ type }: JsonObject): boolean =>
    /^orchestrator$/i.test(typeof type === 'string' ? type : '');
  const config: Json | undefined = (all.find(isFirst) ?? all[0])?.['config'];
  const { description } = isJsonObject(config) ? config : {};
  const said = typeof description === 'string' && description !== '' ? description : `The agent ${name}.`;
  return `${said} It answers a message; give its thread_id back to go on with the same conversation.`;
}
