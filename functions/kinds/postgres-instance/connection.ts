import type { ISecret } from 'kubernetes-models/v1/Secret';
import type { Claim } from '../../composition/contract.ts';
import type { Credentials } from '../../kube/connection-secret.ts';
import { connectionSecret } from '../../kube/connection-secret.ts';
import { databaseName, ownerName } from './cluster.ts';
import type { Spec } from './xr.gen.ts';

export const secretType = 'kubernetes.io/basic-auth';
export const port = 5432;

/** The Service of CloudNativePG that follows the primary. */
export function endpoint(claim: Claim): string {
  return `${claim.name}-rw.${claim.namespace}.svc.cluster.local`;
}

/** CloudNativePG reads `username` and `password`, and applies a change at once because of the label. */
export function postgresSecret(claim: Claim<Spec>, { password, revision }: Credentials): ISecret {
  const host = endpoint(claim);
  const username = ownerName(claim);
  const database = databaseName(claim);
  const escaped = encodeURIComponent(password);
  const entries = {
    endpoint: host,
    port: `${port}`,
    username,
    password,
    database,
    uri: `postgresql://${username}:${escaped}@${host}:${port}/${database}`,
    'jdbc-uri': `jdbc:postgresql://${host}:${port}/${database}?user=${username}&password=${escaped}`,
    POSTGRES_HOST: host,
    POSTGRES_PORT: `${port}`,
    POSTGRES_DB: database,
    POSTGRES_USER: username,
    POSTGRES_PASSWORD: password,
  };
  return connectionSecret(claim, 'database', secretType, revision, entries, { 'cnpg.io/reload': 'true' });
}
