import type { IEnvVar as EnvVar } from 'kubernetes-models/v1/EnvVar';
import type { IVolume as Volume } from 'kubernetes-models/v1/Volume';
import type { IVolumeMount as VolumeMount } from 'kubernetes-models/v1/VolumeMount';
import type { VariableName } from '../../../worker/env.ts';
import type { Claim } from '../../composition/contract.ts';
import { fromSecret } from '../../kube/variables.ts';
import { secretNames } from './names.ts';
import type { Spec } from './xr.gen.ts';

/** What the Secret of a cache may have besides host, port and password, by the variable that says it to the worker. */
export const cacheEntries = {
  DRAGONFLY_USER: 'DRAGONFLY_USER',
  DRAGONFLY_TLS: 'DRAGONFLY_TLS',
  DRAGONFLY_CA_FILE: 'ca.crt',
} as const satisfies Partial<Record<VariableName, string>>;

export type CacheVariable = keyof typeof cacheEntries;

const volumeName = 'dragonfly-ca';
const folder = '/etc/dragonfly';

export function cacheEnvironment(claim: Claim<Spec>, variables: readonly CacheVariable[]): EnvVar[] {
  const { dragonfly } = secretNames(claim);
  return variables.map((name) =>
    name === 'DRAGONFLY_CA_FILE'
      ? { name, value: `${folder}/${cacheEntries[name]}` }
      : fromSecret(name, dragonfly, cacheEntries[name]),
  );
}

/** The authority comes as a file, of which the worker has the name. */
export function cacheVolumes(claim: Claim<Spec>, variables: readonly CacheVariable[]): Volume[] {
  if (!variables.includes('DRAGONFLY_CA_FILE')) return [];
  const key = cacheEntries.DRAGONFLY_CA_FILE;
  const secret = { secretName: secretNames(claim).dragonfly, items: [{ key, path: key }] };
  return [{ name: volumeName, secret }];
}

export function cacheMounts(variables: readonly CacheVariable[]): VolumeMount[] {
  if (!variables.includes('DRAGONFLY_CA_FILE')) return [];
  return [{ name: volumeName, mountPath: folder, readOnly: true }];
}
