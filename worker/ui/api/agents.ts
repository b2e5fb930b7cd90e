import { asList, asObject, asText } from '../run/json.ts';
import { post, Refused } from './request.ts';

/** An agent that the worker has a definition of. */
export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

/** The agents that can be run by their name. */
export async function listAgents(): Promise<readonly Agent[]> {
  try {
    const found = asList(await post('assistants/search', { limit: 100 }));
    return found.map((value) => {
      const agent = asObject(value);
      const id = asText(agent['assistant_id']);
      return { id, name: asText(agent['name']) || id, description: asText(agent['description']) };
    });
  } catch (error) {
    // A worker that has none but those of its jobs.
    if (error instanceof Refused && error.status === 501) return [];
    throw error;
  }
}
