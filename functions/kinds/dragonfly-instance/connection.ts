import type { ISecret } from 'kubernetes-models/v1/Secret';
import type { Claim } from '../../composition/contract.ts';
import type { Credentials } from '../../kube/connection-secret.ts';
import { connectionSecret } from '../../kube/connection-secret.ts';

export const secretType = 'Opaque';
export const port = 6379;

/** The Service of the operator that follows the master. */
export function endpoint(claim: Claim): string {
  return `${claim.name}.${claim.namespace}.svc.cluster.local`;
}

export function dragonflySecret(claim: Claim, { password, revision }: Credentials): ISecret {
  const host = endpoint(claim);
  const entries = {
    endpoint: host,
    port: `${port}`,
    password,
    uri: `redis://:${encodeURIComponent(password)}@${host}:${port}/0`,
    DRAGONFLY_HOST: host,
    DRAGONFLY_PORT: `${port}`,
    DRAGONFLY_PASSWORD: password,
  };
  return connectionSecret(claim, 'cache', secretType, revision, entries);
}
