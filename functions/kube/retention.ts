import type { Claim, Composed, Context, Manifest, ResourceSelector } from '../composition/contract.ts';
import { at, list, metadataOf, object } from '../composition/read.ts';

/** What a claim says about what becomes of its objects when it is deleted. */
interface Policy {
  readonly deletionPolicy?: 'Delete' | 'Retain';
}

/** The key of the look at the claim's Namespace among the requirements. */
const namespaceKey = 'namespace';

/** Marks what outlives its claim; the admission policies know it by this. */
const retentionLabel = 'zerotouch.bizmatters.io/deletion-policy';

/** What has to be looked up before anything can be retained. */
export function retentionRequirement({
  namespace: name,
  spec,
}: Claim<Policy>): Record<string, ResourceSelector> {
  if (spec.deletionPolicy !== 'Retain') return {};
  return { [namespaceKey]: { apiVersion: 'v1', kind: 'Namespace', name, namespace: '' } };
}

/**
 * Gives every object the claim's Namespace as a second owner. The garbage collector deletes what has lost all of its owners, and
 * only takes the reference away where one of several is gone; so these objects outlive their claim, and nothing else
 * about them changes.
 * https://kubernetes.io/docs/concepts/architecture/garbage-collection/#owners-dependents
 */
export function retained(
  claim: Claim<Policy>,
  context: Context,
  resources: readonly Composed[],
): readonly Composed[] {
  const namespace = context.required(namespaceKey);
  if (claim.spec.deletionPolicy !== 'Retain' || namespace === undefined || namespace === null)
    return resources;
  const { name, uid } = metadataOf(namespace);
  const owner = { apiVersion: 'v1', kind: 'Namespace', name, uid };
  return resources.map((each) => ({ ...each, object: withOwner(each.object, owner) }));
}

function withOwner(manifest: Manifest, owner: object): Manifest {
  const metadata: { readonly labels?: object } = manifest.metadata ?? {};
  return {
    ...manifest,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, [retentionLabel]: 'Retain' },
      ownerReferences: [owner],
    },
  };
}

/**
 * What would become of the objects if the claim were deleted now: `Retain` only once each of them was seen with its second owner.
 * Empty for a claim that does not say what it wants.
 */
export function retentionStatus(
  { spec }: Claim<Policy>,
  context: Context,
  resources: readonly Composed[],
): Policy {
  if (spec.deletionPolicy === undefined) return {};
  const seen = resources.every(({ key }) => {
    const owners = list(at(context.observed(key), 'metadata', 'ownerReferences')).map(object);
    return owners.some(({ kind }) => kind === 'Namespace');
  });
  return { deletionPolicy: spec.deletionPolicy === 'Retain' && seen ? 'Retain' : 'Delete' };
}
