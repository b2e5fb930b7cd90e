import { at, list, object, text } from '../../functions/composition/read.ts';
import type { JsonObject } from '../../functions/composition/contract.ts';
import type { Kubectl, Ref } from './kubectl.ts';

/** Where the story takes place. It is made at its beginning and deleted at its end. */
export const namespace = 'zerotouch-e2e';

/** A registry and owner under two names, as it may have one on this machine and another in the cluster. */
export interface Registry {
  /** Where packages are pushed to from here: `127.0.0.1:5001/zerotouch`. */
  readonly push: string;
  /** Where the cluster pulls them from: `registry.example.com/zerotouch`. */
  readonly pull: string;
}

/** What every chapter is given. */
export interface World {
  readonly cluster: Kubectl;
  readonly registry: Registry;
}

/** A claim of ours in the story's namespace. */
export function claimRef(kind: string, name: string): Ref {
  return { of: `${kind.toLowerCase()}/${name}`, in: namespace };
}

/** `Kind/name` of an object of the story's namespace. */
export function here(of: string): Ref {
  return { of, in: namespace };
}

/** The values of a Secret as text; none when it is not there. */
export async function secretValues(cluster: Kubectl, name: string): Promise<Record<string, string>> {
  const secret = await cluster.find(here(`secret/${name}`));
  return Object.fromEntries(
    Object.entries(object(secret?.['data'])).map(([key, value]) => [
      key,
      Buffer.from(text(value), 'base64').toString(),
    ]),
  );
}

/** Name, uid and restarts of each Pod, by which it can be told whether one was replaced or restarted. */
export async function podIdentities(cluster: Kubectl, labels: string): Promise<Record<string, string>> {
  const pods = await cluster.list('pods', { in: namespace, labels });
  return Object.fromEntries(
    pods.map((pod) => [
      text(at(pod, 'metadata', 'name')),
      `${text(at(pod, 'metadata', 'uid'))} ${restarts(pod)}`,
    ]),
  );
}

function restarts(pod: JsonObject): number {
  return list(at(pod, 'status', 'containerStatuses'))
    .map((status) => Number(object(status)['restartCount'] ?? 0))
    .reduce((sum, count) => sum + count, 0);
}
