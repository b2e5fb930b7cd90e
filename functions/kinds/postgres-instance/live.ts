import type { Claim, Context, Observed, ResourceSelector } from '../../composition/contract.ts';
import { at, list, number, object, text } from '../../composition/read.ts';
import { clusterKind } from './cluster-kind.ts';

/** The key of the live look at the claim's own Cluster among the requirements. */
export const liveKey = 'cluster';

/** A Cluster of CloudNativePG in the claim's namespace, by name. */
export function clusterSelector(claim: Claim, name: string): ResourceSelector {
  return { ...clusterKind, name, namespace: claim.namespace };
}

/**
 * The claim's Cluster as it stands. Observed state comes from a cache that may be older than the last write, and
 * what is decided once for a database (its archive, how it was filled) must not be decided again because of that.
 */
export function liveCluster(context: Context): Observed | undefined {
  return context.required(liveKey) ?? context.observed('cluster');
}

/** The plugin of this name on a Cluster, if it is there. */
export function pluginOf(cluster: Observed | undefined, name: string): Observed | undefined {
  return list(at(cluster, 'spec', 'plugins'))
    .map(object)
    .find((plugin) => plugin.name === name);
}

/** The major version that a Cluster is told to run, by its image or its catalog; undefined where neither says. */
export function majorOf(cluster: Observed | undefined): string | undefined {
  const catalog = number(at(cluster, 'spec', 'imageCatalogRef', 'major'));
  if (catalog !== undefined) return `${catalog}`;
  return /:(\d+)[^/]*$/.exec(text(at(cluster, 'spec', 'imageName')))?.[1];
}

/** Whether a Cluster has had a primary: what its bootstrap was to do is done. */
export function wasStarted(cluster: Observed | undefined): boolean {
  return text(at(cluster, 'status', 'currentPrimary')) !== '';
}
