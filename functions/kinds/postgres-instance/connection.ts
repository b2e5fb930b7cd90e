import type { ISecret } from 'kubernetes-models/v1/Secret';
import type { Claim, Context, ResourceSelector } from '../../composition/contract.ts';
import { at, text } from '../../composition/read.ts';
import type { Credentials } from '../../kube/connection-secret.ts';
import { connectionKey, connectionSecret } from '../../kube/connection-secret.ts';
import type { PlatformSettings } from '../../kube/platform.ts';
import { platformSettings, serviceHost } from '../../kube/platform.ts';
import type { Names } from './origin/origin.ts';
import { poolerHost } from './pooler.ts';
import type { Spec } from './xr.gen.ts';

export const secretType = 'kubernetes.io/basic-auth';
export const port = 5432;

/** The key of the Secret with the server's authority among the requirements. */
const authorityKey = 'authority';

/** The Service of CloudNativePG that follows the primary. */
export function endpoint({ name, namespace }: Claim, platform: PlatformSettings): string {
  return serviceHost(platform, `${name}-rw`, namespace);
}

/** The Service of CloudNativePG in front of the standbys, which has nothing behind it with one instance. */
function readOnlyHost({ name, namespace }: Claim, platform: PlatformSettings): string {
  return serviceHost(platform, `${name}-ro`, namespace);
}

/** The Secret in which CloudNativePG keeps the authority that signs the server's certificates. */
export function authorityRequirement(claim: Claim): Record<string, ResourceSelector> {
  const { name, namespace } = claim;
  return { [authorityKey]: { apiVersion: 'v1', kind: 'Secret', name: `${name}-ca`, namespace } };
}

/** The authority's certificate, as PEM. While it cannot be read the one that the Secret has stays. */
function authority(context: Context): string {
  const found = [
    context.required(authorityKey),
    context.required(connectionKey),
    context.observed(connectionKey),
  ];
  const encoded = found
    .map((secret) => text(at(secret ?? undefined, 'data', 'ca.crt')))
    .find((each) => each !== '');
  return Buffer.from(encoded ?? '', 'base64')
    .toString('utf8')
    .trim();
}

/** The label by which CloudNativePG applies a changed password at once. */
export const loginLabels = { 'cnpg.io/reload': 'true' };

/** CloudNativePG reads `username` and `password`. */
export function postgresSecret(
  claim: Claim<Spec>,
  context: Context,
  names: Names,
  { password, revision }: Credentials,
): ISecret {
  const entries = loginEntries(claim, context, names, password);
  return connectionSecret(claim, 'database', secretType, revision, entries, loginLabels);
}

/** Every way to a database for the role `owner`, which owns it or only logs in to it. */
export function loginEntries(
  claim: Claim<Spec>,
  context: Context,
  { database, owner }: Names,
  password: string,
): Record<string, string> {
  const { settings } = platformSettings(context);
  const host = endpoint(claim, settings);
  const escaped = encodeURIComponent(password);
  const uri = (host: string) => `postgresql://${owner}:${escaped}@${host}:${port}/${database}`;
  const certificate = authority(context);
  return {
    endpoint: host,
    port: `${port}`,
    username: owner,
    password,
    database,
    uri: uri(host),
    'jdbc-uri': `jdbc:postgresql://${host}:${port}/${database}?user=${owner}&password=${escaped}`,
    POSTGRES_HOST: host,
    POSTGRES_PORT: `${port}`,
    POSTGRES_DB: database,
    POSTGRES_USER: owner,
    POSTGRES_PASSWORD: password,
    ...(claim.spec.instances > 1
      ? {
          'read-only-host': readOnlyHost(claim, settings),
          'read-only-uri': uri(readOnlyHost(claim, settings)),
        }
      : {}),
    ...(claim.spec.pooler === undefined
      ? {}
      : { 'pooler-host': poolerHost(claim, settings), 'pooler-uri': uri(poolerHost(claim, settings)) }),
    ...(certificate === '' ? {} : { 'ca.crt': certificate }),
  };
}
