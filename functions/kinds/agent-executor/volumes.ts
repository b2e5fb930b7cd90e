import type { IVolume as Volume } from 'kubernetes-models/v1/Volume';
import type { IVolumeMount as VolumeMount } from 'kubernetes-models/v1/VolumeMount';
import type { Claim, Problem } from '../../composition/contract.ts';
import { natsMounts, natsVolumes } from './nats/nats-secrets.ts';
import type { Spec } from './xr.gen.ts';

type Named = NonNullable<Spec['volumes']>[number];

/** The volumes of the Pods: a place to write, what the login at NATS needs, and what the claim names. */
export function volumes(claim: Claim<Spec>): Volume[] {
  return [...own(claim), ...(claim.spec.volumes ?? []).map(volume)];
}

export function mounts(claim: Claim<Spec>): VolumeMount[] {
  const named = (claim.spec.volumes ?? []).map((each): VolumeMount => ({
    name: each.name,
    mountPath: mountPath(each),
    ...(each.configMap === undefined && each.secret === undefined ? {} : { readOnly: true }),
  }));
  return [tmp, ...natsMounts(claim), ...named];
}

/** Names and places that are taken, and volumes of two sources. */
export function checkVolumes(claim: Claim<Spec>): Problem[] {
  const names = new Set(own(claim).map(({ name }) => name));
  const taken = [tmp, ...natsMounts(claim)].map((each) => each.mountPath);
  return (claim.spec.volumes ?? []).flatMap((each, index): Problem[] => {
    const path = `spec.volumes[${index}]`;
    const place = mountPath(each);
    const used = taken.includes(place);
    taken.push(place);
    return [
      ...(names.has(each.name)
        ? [{ path: `${path}.name`, message: `${each.name} is taken; choose another` }]
        : []),
      ...(used ? [{ path: `${path}.mountPath`, message: `${place} has a volume already` }] : []),
      ...(sources(each) <= 1
        ? []
        : [
            {
              path,
              message: 'only one of configMap, secret, emptyDir and persistentVolumeClaim can be its source',
            },
          ]),
    ];
  });
}

const tmp: VolumeMount = { name: 'tmp', mountPath: '/tmp' };

function own(claim: Claim<Spec>): Volume[] {
  return [{ name: tmp.name, emptyDir: {} }, ...natsVolumes(claim)];
}

function volume({ name, configMap, secret, emptyDir, persistentVolumeClaim }: Named): Volume {
  if (configMap !== undefined) return { name, configMap: { name: configMap.name } };
  if (secret !== undefined) return { name, secret: { secretName: secret.secretName } };
  if (persistentVolumeClaim !== undefined)
    return { name, persistentVolumeClaim: { ...persistentVolumeClaim } };
  return { name, emptyDir: { ...emptyDir } };
}

function mountPath({ name, mountPath }: Named): string {
  return mountPath ?? `/volumes/${name}`;
}

function sources({ configMap, secret, emptyDir, persistentVolumeClaim }: Named): number {
  return [configMap, secret, emptyDir, persistentVolumeClaim].filter((each) => each !== undefined).length;
}
