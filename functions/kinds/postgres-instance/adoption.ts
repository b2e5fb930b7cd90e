import type { Claim, Context, JsonObject, Observed, Problem } from '../../composition/contract.ts';
import { at, list, object, text } from '../../composition/read.ts';
import { takeoverProblems } from '../../kube/adoption.ts';
import type { PasswordSource } from '../../kube/adoption.ts';
import { connectionSecretName } from '../../kube/connection-secret.ts';
import type { DatabaseCluster } from './cluster.ts';
import { liveKey } from './live.ts';
import type { Spec } from './xr.gen.ts';

/** The Secret from which CloudNativePG gives the owner of a Cluster that stands there its password. */
export function passwordSource({ name }: Claim, live: Observed | undefined): PasswordSource | undefined {
  if (live === undefined) return undefined;
  const [, settings] = bootstrapOf(live);
  return { secret: text(at(settings, 'secret', 'name')) || `${name}-app`, key: 'password' };
}

/** Why the Cluster that stands there cannot be this claim's, or not under the names that it gives. */
export function adoptionProblems(
  claim: Claim<Spec>,
  context: Context,
  standing: { readonly database?: string; readonly owner?: string },
): Problem[] {
  const { spec } = claim;
  const named = (['database', 'owner'] as const).flatMap((field) => {
    const there = standing[field];
    if (spec.adopt !== true || there === undefined || spec[field] === undefined || spec[field] === there)
      return [];
    const message = `the Cluster that is taken over has ${there}; write that, or leave the field out`;
    return [{ path: `spec.${field}`, message }];
  });
  return [...takeoverProblems(claim, context.required(liveKey), context.observed('cluster')), ...named];
}

/**
 * Fields of the Cluster that stay as they stand while `spec.adopt` is true. One that is missing stays missing: its Pods run with
 * the operator's default, and a value of ours would restart them.
 */
const kept = [
  'instances',
  'imageName',
  'imageCatalogRef',
  'storage',
  'walStorage',
  'resources',
  'postgresql',
  'enablePDB',
];

/** Fields that say what Pods are like; what a claim or the platform would say there waits. */
const ofPods: ReadonlySet<string> = new Set([
  'imageName',
  'imageCatalogRef',
  'resources',
  'postgresql',
  'enablePDB',
  'affinity',
  'priorityClassName',
  'topologySpreadConstraints',
  'walStorage',
]);

/** Of those, the ones that a claim has a field for, by its name there. */
export const waitingFields = {
  instances: 'instances',
  imageName: 'version',
  storage: 'storageGB',
  resources: 'size',
} as const;

/**
 * The Cluster of a claim that takes one over: its instances, image, storage, size and parameters stay as they stand, until
 * `spec.adopt` is taken out. Only the password's Secret becomes the claim's.
 */
export function asItStands(
  claim: Claim<Spec>,
  made: DatabaseCluster,
  live: Observed | undefined,
): DatabaseCluster {
  if (claim.spec.adopt !== true || live === undefined) return made;
  const [method, bootstrap] = bootstrapOf(live);
  const standing = object(live.spec);
  const spec = Object.fromEntries(
    Object.entries(made.spec).filter(([field]) => !ofPods.has(field)),
  ) as unknown as DatabaseCluster['spec'];
  const stays = Object.fromEntries(
    kept.flatMap((field) => (standing[field] === undefined ? [] : [[field, standing[field]]])),
  );
  const secret = { name: connectionSecretName(claim) };
  return {
    ...made,
    spec: {
      ...spec,
      ...stays,
      bootstrap: { [method]: { ...bootstrap, secret } },
      ...(standing.externalClusters === undefined
        ? {}
        : { externalClusters: list(standing.externalClusters).map(object) }),
    },
  };
}

function bootstrapOf(live: Observed): readonly [method: string, settings: JsonObject] {
  const [first] = Object.entries(object(at(live, 'spec', 'bootstrap')));
  return first === undefined ? ['initdb', {}] : [first[0], object(first[1])];
}
