import { at, text } from '../../functions/composition/read.ts';
import { composedKinds } from '../engine/composed.ts';
import { nameOf } from './kubectl.ts';
import type { Kubectl } from './kubectl.ts';
import { namespace } from './world.ts';

/** Every kind that a claim is composed of and that this cluster knows, as kubectl wants them. */
async function kinds(cluster: Kubectl): Promise<string> {
  const known = (await cluster.run(['api-resources', '-o', 'name'])).trim().split('\n');
  const names = composedKinds.map(([version, kind]) => {
    const group = version.includes('/') ? `.${version.split('/')[0]}` : '';
    const plural = kind.toLowerCase().replace(/y$/, 'ie');
    return `${plural}s${group}`;
  });
  return names.filter((name) => known.includes(name)).join(',');
}

/** Everything in the story's namespace that was composed for a claim, as `Kind/name`. */
export async function composedObjects(cluster: Kubectl): Promise<string[]> {
  const all = await cluster.list(await kinds(cluster), { in: namespace });
  return all
    .filter((live) => text(at(live, 'metadata', 'labels', 'crossplane.io/composite')) !== '')
    .map(nameOf)
    .toSorted();
}
