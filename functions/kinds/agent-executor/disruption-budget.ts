import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { Claim } from '../../composition/contract.ts';
import { metadata, selector } from '../../kube/metadata.ts';
import { names } from './names.ts';

/** One Pod at a time. A minimum instead would block every drain while there is a single Pod. */
export function disruptionBudget(claim: Claim): IPodDisruptionBudget {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadata(claim, 'worker', names(claim).disruptionBudget),
    spec: { maxUnavailable: 1, selector: { matchLabels: selector(claim, 'worker') } },
  };
}
