import type { Claim, Observed, ResourceSelector } from '../../composition/contract.ts';
import { at, object, text } from '../../composition/read.ts';
import type { PasswordSource } from '../../kube/adoption.ts';
import type { Dragonfly } from './dragonfly.ts';
import { dragonflyKind } from './dragonfly.ts';
import type { Spec } from './xr.gen.ts';

/** The key of the live look at the claim's own Dragonfly among the requirements. */
export const liveKey = 'dragonfly';

export function dragonflySelector({ name, namespace }: Claim): ResourceSelector {
  return { ...dragonflyKind, name, namespace };
}

/** The Secret from which a Dragonfly that stands there has its password. */
export function passwordSource(live: Observed | undefined): PasswordSource | undefined {
  const reference = at(live, 'spec', 'authentication', 'passwordFromSecret');
  const secret = text(at(reference, 'name'));
  return secret === '' ? undefined : { secret, key: text(at(reference, 'key')) };
}

/** Fields of the Dragonfly that stay as they stand, or stay missing, while `spec.adopt` is true. */
const kept = ['replicas', 'image', 'imagePullPolicy', 'args', 'env', 'resources', 'snapshot'];

/** Of those, the ones that a claim has a field for, by its name there. */
export const waitingFields = {
  replicas: 'replicas',
  image: 'version',
  args: 'eviction',
  resources: 'size',
  snapshot: 'snapshotSchedule',
} as const;

/** The Dragonfly of a claim that takes one over: replicas, image, size and volumes stay as they stand. */
export function asItStands(claim: Claim<Spec>, made: Dragonfly, live: Observed | undefined): Dragonfly {
  if (claim.spec.adopt !== true || live === undefined) return made;
  const standing = object(live.spec);
  const stays = Object.fromEntries(
    kept.flatMap((field) => (standing[field] === undefined ? [] : [[field, standing[field]]])),
  );
  const {
    image: _image,
    args: _flags,
    env: _login,
    resources: _size,
    snapshot: _volume,
    nodeSelector: _nodes,
    tolerations: _taints,
    priorityClassName: _priority,
    topologySpreadConstraints: _spread,
    ...spec
  } = made.spec;
  return { ...made, spec: { ...spec, ...stays } };
}
