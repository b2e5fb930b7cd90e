import type { IEnvVar as EnvVar } from 'kubernetes-models/v1/EnvVar';
import type { IVolume as Volume } from 'kubernetes-models/v1/Volume';
import type { IVolumeMount as VolumeMount } from 'kubernetes-models/v1/VolumeMount';
import type { Claim, Context } from '../../composition/contract.ts';
import { at, list, object } from '../../composition/read.ts';
import { fromSecret } from '../../kube/variables.ts';
import type { CompleteSpec } from './complete.ts';
import type { StoreKey } from './stores.ts';
import { storeSecrets } from './stores.ts';
import type { Spec } from './xr.gen.ts';

/** Under which key of a connection Secret the authority is that signs the server's certificate. */
const authority = 'ca.crt';

/**
 * What a connection Secret has where connections are encrypted, by the variables that say it. The authority comes as a file, so that a
 * new one arrives by itself. libpq and pgx read PGSSLROOTCERT by themselves, and verify as PGSSLMODE says, which is the claim's to set.
 */
const encrypted: Readonly<Record<StoreKey, Readonly<Record<string, string>>>> = {
  'database-conn': { PGSSLROOTCERT: authority },
  'cache-conn': { DRAGONFLY_TLS: 'DRAGONFLY_TLS', DRAGONFLY_CA_FILE: authority },
};

const volumeNames: Readonly<Record<StoreKey, string>> = {
  'database-conn': 'database-ca',
  'cache-conn': 'cache-ca',
};

const folders: Readonly<Record<StoreKey, string>> = {
  'database-conn': '/etc/connections/database',
  'cache-conn': '/etc/connections/cache',
};

/** A variable that follows from a key which a connection Secret has or not. */
export interface Encryption {
  readonly key: StoreKey;
  readonly secret: string;
  readonly variable: string;
  readonly entry: string;
}

/**
 * Of the claim's stores, what their Secrets have and the claim does not say itself. While there is no Secret the Pods keep the variables
 * that they have.
 */
export function encryptionOf(claim: Claim<CompleteSpec>, context: Context): Encryption[] {
  return storeSecrets(claim).flatMap(({ key, name }) =>
    Object.entries(encrypted[key])
      .filter(([variable, entry]) => {
        if (claim.spec.env?.some((own) => own.name === variable)) return false;
        const secret = context.required(key);
        return secret ? at(secret, 'data', entry) !== undefined : isSet(context, variable);
      })
      .map(([variable, entry]) => ({ key, secret: name, variable, entry })),
  );
}

function isSet(context: Context, variable: string): boolean {
  const [container] = list(at(context.observed('deployment'), 'spec', 'template', 'spec', 'containers'));
  return list(at(container, 'env')).some((each) => object(each).name === variable);
}

export function encryptionVariables(encryption: readonly Encryption[]): EnvVar[] {
  return encryption.map(({ key, secret, variable, entry }) =>
    entry === authority
      ? { name: variable, value: `${folders[key]}/${authority}` }
      : fromSecret(variable, secret, entry),
  );
}

export function encryptionVolumes(encryption: readonly Encryption[]): Volume[] {
  return files(encryption).map(({ key, secret }) => ({
    name: volumeNames[key],
    secret: { secretName: secret, items: [{ key: authority, path: authority }] },
  }));
}

export function encryptionMounts(encryption: readonly Encryption[]): VolumeMount[] {
  return files(encryption).map(({ key }) => mountOf(key));
}

/** Names and places that a store's authority may need, whether it has one or not. */
export function storePlaces(claim: Claim<Pick<Spec, 'database' | 'cache'>>) {
  const keys = storeSecrets(claim).map(({ key }) => key);
  return { volumes: keys.map((key) => ({ name: volumeNames[key] })), mounts: keys.map(mountOf) };
}

function files(encryption: readonly Encryption[]): Encryption[] {
  return encryption.filter(({ entry }) => entry === authority);
}

function mountOf(key: StoreKey): VolumeMount {
  return { name: volumeNames[key], mountPath: folders[key], readOnly: true };
}
