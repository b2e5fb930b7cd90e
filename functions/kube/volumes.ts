import type { IVolume as Volume } from 'kubernetes-models/v1/Volume';
import type { IVolumeMount as VolumeMount } from 'kubernetes-models/v1/VolumeMount';
import type { Problem } from '../composition/contract.ts';

/** A volume as claims write it: of one source, or of none, which is room on the node. */
export interface NamedVolume {
  readonly name: string;
  readonly mountPath?: string;
  readonly configMap?: { readonly name: string };
  readonly secret?: { readonly secretName: string };
  readonly emptyDir?: { readonly medium?: 'Memory'; readonly sizeLimit?: string };
  readonly persistentVolumeClaim?: { readonly claimName: string; readonly readOnly?: boolean };
}

/** A place to write, in a container whose own files are not to be written. */
export const tmpVolume: Volume = { name: 'tmp', emptyDir: {} };
export const tmpMount: VolumeMount = { name: 'tmp', mountPath: '/tmp' };

export function namedVolumes(named: readonly NamedVolume[] = []): Volume[] {
  return named.map(volume);
}

export function namedMounts(named: readonly NamedVolume[] = []): VolumeMount[] {
  return named.map((each) => ({
    name: each.name,
    mountPath: mountPath(each),
    ...(each.configMap === undefined && each.secret === undefined ? {} : { readOnly: true }),
  }));
}

/** Names and places that are taken, by the Pods' own volumes or by others, and volumes of two sources. */
export function checkVolumes(
  named: readonly NamedVolume[] = [],
  own: { readonly volumes: readonly Volume[]; readonly mounts: readonly VolumeMount[] },
): Problem[] {
  const names = new Set(own.volumes.map(({ name }) => name));
  const taken = own.mounts.map((each) => each.mountPath);
  return named.flatMap((each, index): Problem[] => {
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

function volume({ name, configMap, secret, emptyDir, persistentVolumeClaim }: NamedVolume): Volume {
  if (configMap !== undefined) return { name, configMap: { name: configMap.name } };
  if (secret !== undefined) return { name, secret: { secretName: secret.secretName } };
  if (persistentVolumeClaim !== undefined)
    return { name, persistentVolumeClaim: { ...persistentVolumeClaim } };
  return { name, emptyDir: { ...emptyDir } };
}

function mountPath({ name, mountPath }: NamedVolume): string {
  return mountPath ?? `/volumes/${name}`;
}

function sources({ configMap, secret, emptyDir, persistentVolumeClaim }: NamedVolume): number {
  return [configMap, secret, emptyDir, persistentVolumeClaim].filter((each) => each !== undefined).length;
}
