import { valuesOf, allComposed } from '../engine/composed.ts';
import { claim } from '../engine/claims.ts';
import type { World } from './world.ts';

/** The tenant of the examples: where it lives, and what it claims. */
export const namespace = 'intelligence-deepagents';
export const tenant = 'bizmatters-workloads';

export const database = claim('PostgresInstance', namespace, 'agent-executor-db');
export const cache = claim('DragonflyInstance', namespace, 'agent-executor-cache');
export const worker = claim('AgentExecutor', namespace, 'agent-executor');

/** As Argo CD shows what is what Git says. */
export const well = { sync: 'Synced', health: 'Healthy' };

/** What its claims are made of, each with its identity, and the values of Secrets. */
export async function composed({ api }: World): Promise<Record<string, unknown>> {
  const objects = await allComposed(api, namespace);
  return Object.fromEntries(
    objects.map((each) => [
      `${each.kind}/${each.metadata.name}`,
      { uid: each.metadata.uid, generation: each.metadata.generation, ...valuesOf(each) },
    ]),
  );
}
