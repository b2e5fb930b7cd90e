import { at, list, number, text } from '../../functions/composition/read.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { unseen, well, wrong } from './check.ts';
import type { Check } from './check.ts';

/** The oldest versions that claims work on; docs/install.md says them too. */
export const leastKubernetes = '1.30';
export const leastCrossplane = '2.4';

/** Whether a version such as v2.4.0-rc.1 is at least another by its numbers; undefined where it has none, as a digest. */
export function isAtLeast(version: string, least: string): boolean | undefined {
  const [own, other] = [numbersOf(version), numbersOf(least)];
  if (own === undefined || other === undefined) return undefined;
  const differing = own.findIndex((part, index) => part !== (other[index] ?? 0));
  return differing === -1 || (own[differing] ?? 0) > (other[differing] ?? 0);
}

function numbersOf(version: string): readonly number[] | undefined {
  const found = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version);
  return found === null ? undefined : found.slice(1).map((part) => Number(part ?? 0));
}

/** What a package or an image is pinned to: its tag, or its digest where it has none. */
export function tagOf(reference: string): string {
  const [name = '', digest = ''] = reference.split('@');
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  return tag ?? digest;
}

export function kubernetesCheck(version: string): Check {
  const wanted = { subject: 'Kubernetes', needed: `${leastKubernetes} or newer` };
  return isAtLeast(version, leastKubernetes) === true
    ? well(wanted, version)
    : wrong(wanted, version, `upgrade the cluster: policies of package/cluster need ${leastKubernetes}`);
}

/** Crossplane by the Deployment of its chart. Throws a Failure when that may not be read. */
export async function crossplaneCheck(cluster: Cluster): Promise<Check> {
  const wanted = { subject: 'Crossplane', needed: `${leastCrossplane} or newer, running` };
  const definitions = { apiVersion: 'apiextensions.crossplane.io/v2', kind: 'CompositeResourceDefinition' };
  if (!(await cluster.serves(definitions)))
    return wrong(
      wanted,
      `${definitions.kind} (${definitions.apiVersion}) is not served`,
      `install Crossplane ${leastCrossplane} or newer`,
    );
  const [deployment] = await cluster.list(
    { apiVersion: 'apps/v1', kind: 'Deployment' },
    undefined,
    'app=crossplane',
  );
  if (deployment === undefined)
    return unseen(
      wanted,
      'its kinds are served, but no Deployment has the label app=crossplane of its chart',
      'look at its version where it runs',
    );
  const [container] = list(at(deployment, 'spec', 'template', 'spec', 'containers'));
  const version = tagOf(text(at(container, 'image')));
  const recent = isAtLeast(version, leastCrossplane);
  if (recent === undefined)
    return unseen(wanted, `its image is ${version || 'without a tag'}`, 'look which version that is');
  if (!recent) return wrong(wanted, version, `upgrade Crossplane to ${leastCrossplane} or newer`);
  if ((number(at(deployment, 'status', 'availableReplicas')) ?? 0) === 0)
    return wrong(wanted, `${version}, and no Pod of it is available`, 'look at its Pods and their events');
  return well(wanted, version);
}
