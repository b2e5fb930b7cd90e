import { createHash } from 'node:crypto';
import { isJsonObject } from '../../json.ts';
import type { JsonObject } from '../../json.ts';
import { HttpError } from '../answer.ts';
import type { Service } from '../service.ts';
import type { RunCreate } from './schemas.ts';

/** The graph that every worker has: the agent of the definition in `config.configurable.agent_definition`. */
export const GRAPH = 'agent';

/** The namespace of ids of assistants that are graphs themselves: RFC 9562's for DNS names, as the reference server has it. */
const NAMESPACE = Buffer.from('6ba7b8219dad11d180b400c04fd430c8', 'hex');

/** The id that follows from the name of a graph (a UUID of version 5). */
function idOf(graph: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(graph).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const GRAPH_ID = idOf(GRAPH);

/** Who runs: an assistant, and the definition of its agent. */
export interface Runner {
  readonly assistantId: string;
  readonly definition: JsonObject;
  /** What the config of the assistant and that of the run come to. */
  readonly config: JsonObject;
}

/** The agent that a run names; 404 when there is no such assistant, 422 when it has no definition that can run here. */
export function agentOf(service: Service, { assistant_id, config }: RunCreate): Runner {
  if (assistant_id !== GRAPH && assistant_id !== GRAPH_ID)
    throw new HttpError(
      404,
      `No assistant found for "${assistant_id}". The one of this worker is "${GRAPH}", with a definition in config.configurable.agent_definition.`,
    );
  const definition = config?.configurable?.['agent_definition'];
  if (!isJsonObject(definition ?? null))
    throw new HttpError(422, 'expected an agent definition in config.configurable.agent_definition');
  const problems = service.parts.agent.check(definition as JsonObject);
  if (problems.length > 0)
    throw new HttpError(422, 'cannot use the agent definition', {
      problems: problems.map(({ path, message }) => ({ path, message })),
    });
  return {
    assistantId: GRAPH_ID,
    definition: definition as JsonObject,
    config: (config ?? {}) as JsonObject,
  };
}
