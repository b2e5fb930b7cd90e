import type { Claim, Context, Observed, ResourceSelector } from '../../composition/contract.ts';
import { at, object, text } from '../../composition/read.ts';
import { connectionSecretName } from '../../kube/connection-secret.ts';
import type { Inherited } from '../../kube/connection-secret.ts';
import type { Dragonfly } from './dragonfly.ts';
import { dragonflyKind } from './dragonfly.ts';
import type { Spec } from './xr.gen.ts';

/** The key of the live look at the claim's own Dragonfly among the requirements. */
export const liveKey = 'dragonfly';
const secretKey = 'adopted-secret';

export function dragonflySelector({ name, namespace }: Claim): ResourceSelector {
  return { ...dragonflyKind, name, namespace };
}

/** The Secret from which a Dragonfly that is taken over has had its password so far. */
export function adoptedSecret(
  claim: Claim<Spec>,
  live: Observed | undefined,
): Record<string, ResourceSelector> {
  const name = text(at(live, 'spec', 'authentication', 'passwordFromSecret', 'name'));
  if (claim.spec.adopt !== true || name === '' || name === connectionSecretName(claim)) return {};
  return { [secretKey]: { apiVersion: 'v1', kind: 'Secret', name, namespace: claim.namespace } };
}

/** The password that a Dragonfly brings along, so that whoever uses it is not locked out when a claim takes it over. */
export function inheritedPassword(
  claim: Claim<Spec>,
  context: Context,
  live: Observed | undefined,
): Inherited {
  if (Object.keys(adoptedSecret(claim, live)).length === 0) return { kind: 'none' };
  const found = context.required(secretKey);
  if (found === undefined) return { kind: 'undecided' };
  const key = text(at(live, 'spec', 'authentication', 'passwordFromSecret', 'key'));
  const password = Buffer.from(text(at(found ?? {}, 'data', key)), 'base64').toString('utf8');
  return password === '' ? { kind: 'none' } : { kind: 'password', password };
}

/** Fields of the Dragonfly that stay as they stand, or stay missing, while `spec.adopt` is true. */
const kept = ['replicas', 'image', 'imagePullPolicy', 'args', 'resources', 'snapshot'];

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
  const { image: _image, args: _flags, resources: _size, snapshot: _volume, ...spec } = made.spec;
  return { ...made, spec: { ...spec, ...stays } };
}
