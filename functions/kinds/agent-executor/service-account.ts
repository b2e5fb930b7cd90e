import type { IServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import type { Claim } from '../../composition/contract.ts';
import { metadata } from '../../kube/metadata.ts';
import { names } from './names.ts';

/** An identity of its own with no token: the worker has no business with the API server. */
export function serviceAccount(claim: Claim): IServiceAccount {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: metadata(claim, 'worker', names(claim).serviceAccount),
    automountServiceAccountToken: false,
  };
}
