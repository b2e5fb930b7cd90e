import { until } from '../engine/until.ts';
import { isTrue } from './claims.ts';
import type { Kubectl } from './kubectl.ts';
import type { Order } from './pods/client.ts';
import { here, namespace } from './world.ts';

/** Applies the objects of a Pod, and waits until it is ready. */
export async function startPod(cluster: Kubectl, name: string, objects: readonly object[]): Promise<void> {
  await cluster.apply(objects);
  await until(`Pod ${name} is ready`, async () => isTrue(await cluster.get(here(`pod/${name}`)), 'Ready'), {
    seconds: 120,
    every: 500,
  });
}

/** Has PostgreSQL itself carry out a statement in one of its Pods. */
export async function asSuperuser(
  cluster: Kubectl,
  pod: string,
  statement: string,
  where = namespace,
): Promise<void> {
  await cluster.exec(pod, where, ['psql', '-qAtc', statement]);
}

/** Has the client's Pod carry out an order, that of the story's namespace or of another, and gives its answer. */
export async function inCluster<T>(cluster: Kubectl, order: Order, where = namespace): Promise<T> {
  const command = ['node', '/program/main.mjs'];
  const answer = await cluster.exec('client', where, command, JSON.stringify(order));
  return JSON.parse(answer) as T;
}
