import type { ISecret } from 'kubernetes-models/v1/Secret';
import type { Claim } from '../../composition/contract.ts';
import type { Credentials } from '../../kube/connection-secret.ts';
import type { PlatformSettings } from '../../kube/platform.ts';
import { serviceHost } from '../../kube/platform.ts';
import { connectionSecret } from '../../kube/connection-secret.ts';
import type { Tls } from './tls.ts';

export const secretType = 'Opaque';
export const port = 6379;

/** The Service of the operator that follows the master. */
export function endpoint({ name, namespace }: Claim, platform: PlatformSettings): string {
  return serviceHost(platform, name, namespace);
}

export function dragonflySecret(
  claim: Claim,
  platform: PlatformSettings,
  { password, revision }: Credentials,
  tls: Tls,
): ISecret {
  const host = endpoint(claim, platform);
  const isSecure = tls.kind === 'certificate';
  const entries = {
    endpoint: host,
    port: `${port}`,
    password,
    uri: `${isSecure ? 'rediss' : 'redis'}://:${encodeURIComponent(password)}@${host}:${port}/0`,
    DRAGONFLY_HOST: host,
    DRAGONFLY_PORT: `${port}`,
    DRAGONFLY_PASSWORD: password,
    ...(isSecure ? { DRAGONFLY_TLS: 'true' } : {}),
    ...(isSecure && tls.authority !== undefined ? { 'ca.crt': tls.authority } : {}),
  };
  return connectionSecret(claim, 'cache', secretType, revision, entries);
}
