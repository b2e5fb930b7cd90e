import { GRAPH, definitionIn, findAgent } from '../../jobs/agents/named-agents.ts';
import type { NamedAgent } from '../../jobs/agents/named-agents.ts';
import { isJsonObject } from '../../json.ts';
import type { JsonObject } from '../../json.ts';
import { HttpError } from '../answer.ts';
import { problemsOf } from '../intake.ts';
import type { Service } from '../service.ts';
import { asked } from './asked.ts';
import type { RunCreate } from './schemas.ts';

/** Who runs: an assistant, and the definition of its agent. */
export interface Runner {
  readonly assistantId: string;
  readonly graphId: string;
  readonly definition: JsonObject;
  /** What the config of the assistant and that of the run come to. */
  readonly config: JsonObject;
}

/** The agent that a run names; 404 when there is no such assistant, 422 when it has no definition that can run here. */
export async function agentOf(service: Service, { assistant_id, config }: RunCreate): Promise<Runner> {
  const agent = await asked(service, 'find the assistant', findAgent(service.agents, assistant_id));
  if (!agent)
    throw new HttpError(
      404,
      `No assistant found for "${assistant_id}". Make it with POST /assistants, or run "${GRAPH}" with a definition in config.configurable.agent_definition.`,
    );
  const definition = definitionFor(agent, (config ?? {}) as JsonObject);
  if (definition === undefined)
    throw new HttpError(422, 'expected an agent definition in config.configurable.agent_definition');
  checkDefinition(service, definition);
  const { assistantId, graphId } = agent;
  return { assistantId, graphId, definition, config: merged(agent.config, (config ?? {}) as JsonObject) };
}

/** A run may bring a definition of its own only to an assistant that has none. */
function definitionFor(agent: NamedAgent, config: JsonObject): JsonObject | undefined {
  const brought = definitionIn(config);
  if (brought === undefined || agent.graphId === GRAPH) return brought ?? agent.definition;
  throw new HttpError(422, `assistant "${agent.assistantId}" has a definition: run "${GRAPH}" with another`);
}

/** Throws 422 with everything that is wrong. */
export function checkDefinition({ parts }: Service, definition: JsonObject): void {
  const problems = parts.agent.check(definition);
  if (problems.length === 0) return;
  throw new HttpError(422, 'cannot use the agent definition', problemsOf(problems));
}

/** What a run says counts before what its assistant does, key by key of `configurable`. */
function merged(assistant: JsonObject, run: JsonObject): JsonObject {
  const keys = [assistant['configurable'], run['configurable']].filter((one) => isJsonObject(one ?? null));
  return { ...assistant, ...run, configurable: Object.assign({}, ...keys) as JsonObject };
}
