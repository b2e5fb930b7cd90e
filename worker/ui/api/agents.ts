import { asList, asObject, asText } from '../run/json.ts';
import { post } from './request.ts';

/** An agent that the worker has a definition of. */
export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

/** When the assistant was made that waits for a definition to come with its run, and has none of its own. */
const ALWAYS = new Date(0).toISOString();

/** The agents that can be run by their name. */
export async function listAgents(): Promise<readonly Agent[]> {
  const found = asList(await post('assistants/search', { limit: 100 })).map(asObject);
  return found
    .filter(({ created_at }) => created_at !== ALWAYS)
    .map(({ assistant_id, name, description }) => {
      const id = asText(assistant_id);
      return { id, name: asText(name) || id, description: asText(description) };
    });
}
