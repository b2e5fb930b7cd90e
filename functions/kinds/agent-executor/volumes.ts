import type { IVolume as Volume } from 'kubernetes-models/v1/Volume';
import type { IVolumeMount as VolumeMount } from 'kubernetes-models/v1/VolumeMount';
import type { Claim, Context, Problem } from '../../composition/contract.ts';
import { checkVolumes, namedMounts, namedVolumes, tmpMount, tmpVolume } from '../../kube/volumes.ts';
import { natsMounts, natsVolumes } from './nats/nats-secrets.ts';
import { agentMounts, agentVolumes } from './agents.ts';
import { cacheMounts, cacheVolumes } from './cache-variables.ts';
import { cacheVariables } from './secrets.ts';
import type { Spec } from './xr.gen.ts';

/** The volumes of the Pods: a place to write, what the login at NATS needs, and what the claim names. */
export function volumes(claim: Claim<Spec>): Volume[] {
  return [...own(claim).volumes, ...namedVolumes(claim.spec.volumes)];
}

export function mounts(claim: Claim<Spec>): VolumeMount[] {
  return [...own(claim).mounts, ...namedMounts(claim.spec.volumes)];
}

export function checkOwnVolumes(claim: Claim<Spec>, context: Context): Problem[] {
  const { volumes, mounts } = own(claim);
  const cache = cacheVariables(claim, context);
  return checkVolumes(claim.spec.volumes, {
    volumes: [...volumes, ...agentVolumes(claim), ...cacheVolumes(claim, cache)],
    mounts: [...mounts, ...agentMounts(claim), ...cacheMounts(cache)],
  });
}

function own(claim: Claim<Spec>) {
  return {
    volumes: [tmpVolume, ...natsVolumes(claim)],
    mounts: [tmpMount, ...natsMounts(claim)],
  };
}
