import type { Claim } from '../../composition/contract.ts';
import { cacheName, databaseName } from '../../kube/nested-claims.ts';
import type { Spec } from './xr.gen.ts';

/**
 * Names of what belongs to one AgentExecutor. Those that a database or a cache of the same name would make
 * too (its operator's ServiceAccount, Service, PodDisruptionBudget, NetworkPolicy) bear a suffix, so that all
 * three claims may be called alike.
 */
export function names(claim: Claim) {
  return {
    deployment: claim.name,
    service: `${claim.name}-http`,
    serviceAccount: `${claim.name}-agent`,
    disruptionBudget: `${claim.name}-agent`,
    networkPolicy: `${claim.name}-agent`,
    scaledObject: `${claim.name}-scaler`,
    stream: `${claim.name}-stream`,
    api: `${claim.name}-api`,
  };
}

/** The Secrets that the worker's environment comes from, by what is in them. */
export function secretNames(claim: Claim<Spec>) {
  const { name, spec } = claim;
  return {
    postgres: spec.postgresConnectionSecret ?? `${databaseName(claim)}-conn`,
    dragonfly: spec.dragonflyConnectionSecret ?? `${cacheName(claim)}-conn`,
    llm: spec.llmKeysSecret ?? `${name}-llm-keys`,
  };
}
