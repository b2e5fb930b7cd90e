import type { IEnvVar as EnvVar } from 'kubernetes-models/v1/EnvVar';
import type { IVolume as Volume } from 'kubernetes-models/v1/Volume';
import type { IVolumeMount as VolumeMount } from 'kubernetes-models/v1/VolumeMount';
import type { VariableName } from '../../../../worker/env.ts';
import type { Claim, Condition, Context, Lookup, ResourceSelector } from '../../../composition/contract.ts';
import { at } from '../../../composition/read.ts';
import type { Spec } from '../xr.gen.ts';

/** A Secret with which Pods get in to NATS. Mounted, not in the environment: a changed one needs no restart. */
interface NatsSecret {
  /** Key of the requirement, name of the volume, folder below /etc/nats. */
  readonly key: 'nats-credentials' | 'nats-ca' | 'nats-client';
  readonly secret: string;
  /** The variables that say where it is mounted, with the file in it. */
  readonly variables: readonly (readonly [VariableName, string])[];
}

const mounted = (key: NatsSecret['key']): string => `/etc/nats/${key.replace('nats-', '')}`;

function natsSecrets({ spec: { nats } }: Claim<Spec>): readonly NatsSecret[] {
  const { credentialsSecret, tls } = nats ?? {};
  const secret = (
    key: NatsSecret['key'],
    name: string | undefined,
    variables: NatsSecret['variables'],
  ): NatsSecret[] => (name === undefined ? [] : [{ key, secret: name, variables }]);
  return [
    ...secret('nats-credentials', credentialsSecret, [['NATS_CREDENTIALS_DIR', '']]),
    ...secret('nats-ca', tls?.caSecret, [['NATS_CA_FILE', '/ca.crt']]),
    ...secret('nats-client', tls?.clientCertificateSecret, [
      ['NATS_CERT_FILE', '/tls.crt'],
      ['NATS_KEY_FILE', '/tls.key'],
    ]),
  ];
}

/** Asked for by name, so that a missing one can be named. */
export function natsSecretRequirements(claim: Claim<Spec>): Record<string, ResourceSelector> {
  return Object.fromEntries(
    natsSecrets(claim).map(({ key, secret }) => [
      key,
      { apiVersion: 'v1', kind: 'Secret', name: secret, namespace: claim.namespace },
    ]),
  );
}

export function natsVolumes(claim: Claim<Spec>): Volume[] {
  return natsSecrets(claim).map(({ key, secret }) => ({ name: key, secret: { secretName: secret } }));
}

export function natsMounts(claim: Claim<Spec>): VolumeMount[] {
  return natsSecrets(claim).map(({ key }) => ({ name: key, mountPath: mounted(key), readOnly: true }));
}

export function natsFileVariables(claim: Claim<Spec>): EnvVar[] {
  return natsSecrets(claim).flatMap(({ key, variables }) =>
    variables.map(([name, file]) => ({ name, value: `${mounted(key)}${file}` })),
  );
}

/** How a login may stand in a Secret: the keys of each kind, the first kind that is whole counts. */
const logins = [
  { kind: 'creds', keys: [['nats.creds', 'creds', 'user.creds']] },
  { kind: 'nkey', keys: [['nkey', 'nkey.seed', 'seed']] },
  {
    kind: 'user',
    keys: [
      ['username', 'user'],
      ['password', 'pass'],
    ],
  },
  { kind: 'token', keys: [['token']] },
] as const;

export type LoginKind = (typeof logins)[number]['kind'];

/** Which login a Secret holds, under which keys. */
export function loginIn(
  secret: Lookup,
): { readonly kind: LoginKind; readonly keys: readonly string[] } | undefined {
  for (const { kind, keys } of logins) {
    const found = keys.map((names) => names.find((name) => at(secret, 'data', name) !== undefined));
    const there = found.filter((name) => name !== undefined);
    if (there.length === keys.length) return { kind, keys: there };
  }
  return undefined;
}

function missingFrom({ key, secret: name }: NatsSecret, secret: Lookup): string[] {
  if (secret === undefined) return [];
  if (secret === null) return [`Secret ${name}`];
  const lacks = (...keys: string[]): string[] => {
    const absent = keys.filter((one) => at(secret, 'data', one) === undefined);
    return absent.length === 0 ? [] : [`${absent.join(', ')} in Secret ${name}`];
  };
  switch (key) {
    case 'nats-credentials':
      return loginIn(secret) === undefined
        ? [`nats.creds, nkey, username and password, or token in Secret ${name}`]
        : [];
    case 'nats-ca':
      return lacks('ca.crt');
    case 'nats-client':
      return lacks('tls.crt', 'tls.key');
  }
}

/** The condition of all Secrets, with what Pods wait for to get in to NATS. */
export function withNatsSecrets(condition: Condition, claim: Claim<Spec>, context: Context): Condition {
  const lookups = natsSecrets(claim).map((one) => ({ one, secret: context.required(one.key) }));
  const missing = lookups.flatMap(({ one, secret }) => missingFrom(one, secret));
  if (missing.length > 0 && condition.status !== 'Unknown') {
    const before =
      condition.status === 'False' ? `${condition.message?.replace(/\.$/, '')}, ` : 'Pods wait for ';
    return { ...condition, status: 'False', reason: 'Missing', message: `${before}${missing.join(', ')}.` };
  }
  if (condition.status !== 'True' || lookups.every(({ secret }) => secret !== undefined)) return condition;
  return {
    ...condition,
    status: 'Unknown',
    reason: 'LookingUp',
    message: 'The Secrets have not been looked up.',
  };
}
