import type { IServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import type { Claim } from '../../composition/contract.ts';
import { metadata } from '../../kube/metadata.ts';
import { names } from './names.ts';
import type { Spec } from './xr.gen.ts';

/** An identity of its own with no token: the worker has no business with the API server. */
export function serviceAccount(claim: Claim<Spec>): IServiceAccount {
  const { serviceAccountAnnotations: annotations } = claim.spec;
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      ...metadata(claim, 'worker', names(claim).serviceAccount),
      ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
    },
    automountServiceAccountToken: false,
  };
}
