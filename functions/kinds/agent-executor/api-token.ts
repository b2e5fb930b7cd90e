import type { ISecret } from 'kubernetes-models/v1/Secret';
import type { Claim, Context, ResourceSelector } from '../../composition/contract.ts';
import type { Credentials, Decision, DrawnSecret } from '../../kube/connection-secret.ts';
import { decideDrawn, drawnSecret } from '../../kube/connection-secret.ts';
import type { PlatformSettings } from '../../kube/platform.ts';
import { apiTokenEntry, hasApiToken, httpPort } from './environment.ts';
import { names } from './names.ts';
import { endpoint } from './service.ts';
import type { Spec } from './xr.gen.ts';

/** The key of the Secret among the composed resources and among the requirements. */
export const apiTokenKey = 'api';

export function apiTokenRequirement(claim: Claim<Spec>): Record<string, ResourceSelector> {
  if (!hasApiToken(claim)) return {};
  const { name } = secretOf(claim);
  return { [apiTokenKey]: { apiVersion: 'v1', kind: 'Secret', name, namespace: claim.namespace } };
}

/** Undefined when the claim has a token of its own. */
export function decideApiToken(claim: Claim<Spec>, context: Context): Decision | undefined {
  if (!hasApiToken(claim)) return undefined;
  return decideDrawn(claim, context, secretOf(claim), claim.spec.credentialsRevision);
}

/** What a caller of the HTTP API needs. */
export function apiTokenSecret(
  claim: Claim<Spec>,
  platform: PlatformSettings,
  { password, revision }: Credentials,
): ISecret {
  const entries = { endpoint: endpoint(claim, platform), port: `${httpPort}`, [apiTokenEntry]: password };
  return drawnSecret(claim, 'worker', secretOf(claim), revision, entries);
}

function secretOf(claim: Claim): DrawnSecret {
  return { key: apiTokenKey, name: names(claim).api, type: 'Opaque', entry: apiTokenEntry };
}
