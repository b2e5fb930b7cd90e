import type { Assistant, AssistantStore, FileAgent, FileAgents } from '../../assistant-store.ts';
import { isJsonObject } from '../../json.ts';
import type { JsonObject } from '../../json.ts';
import { assistantIdOf } from '../digest.ts';

/** The graph that every worker has: the agent of the definition that comes with the run, or of the file `agent.json`. */
export const GRAPH = 'agent';

/** An agent that jobs can name. */
export interface NamedAgent {
  readonly assistantId: string;
  readonly graphId: string;
  /** Of the assistant, for its runs. */
  readonly config: JsonObject;
  /** Absent where it has to come with the run. */
  readonly definition: JsonObject | undefined;
}

/** Where agents have names. */
export interface AgentSources {
  readonly files: FileAgents;
  readonly assistants: Pick<AssistantStore, 'read' | 'named'>;
}

/** The definition in the config of a run or an assistant. */
export function definitionIn(config: JsonObject): JsonObject | undefined {
  const keys = config['configurable'];
  const definition = isJsonObject(keys) ? keys['agent_definition'] : undefined;
  return isJsonObject(definition) ? definition : undefined;
}

/** An agent of a file, or the graph that waits for a definition. */
function graphAgent(graph: string, file: FileAgent | undefined): NamedAgent {
  return { assistantId: assistantIdOf(graph), graphId: graph, config: {}, definition: file?.definition };
}

/** The agent of an id or a name: of a file first, then of an assistant. */
export async function findAgent(
  { files, assistants }: AgentSources,
  agent: string,
): Promise<NamedAgent | undefined> {
  const known = await files();
  const file = known.find(({ name }) => name === agent || assistantIdOf(name) === agent);
  if (file !== undefined) return graphAgent(file.name, file);
  if (agent === GRAPH || agent === assistantIdOf(GRAPH)) return graphAgent(GRAPH, undefined);
  const assistant = (await assistants.read(agent)) ?? (await assistants.named(agent));
  return assistant && fromAssistant(assistant, known);
}

function fromAssistant({ assistantId, graphId, config }: Assistant, files: readonly FileAgent[]): NamedAgent {
  const file = files.find(({ name }) => name === graphId);
  return { assistantId, graphId, config, definition: definitionIn(config) ?? file?.definition };
}
