import type { IEnvFromSource as EnvFromSource } from 'kubernetes-models/v1/EnvFromSource';
import type { IEnvVar as EnvVar } from 'kubernetes-models/v1/EnvVar';
import type { Claim } from '../../composition/contract.ts';
import { containerVariables, fromSecret } from '../../kube/variables.ts';
import type { CompleteSpec } from './complete.ts';
import type { Encryption } from './encryption.ts';
import { encryptionVariables } from './encryption.ts';
import { storeSecrets } from './stores.ts';

/** The variables of the Pods and of migrations: the port, the stores', and over them the claim's own. */
export function variables(claim: Claim<CompleteSpec>, encryption: readonly Encryption[]): EnvVar[] {
  const { port, env = [] } = claim.spec;
  const own = new Set(env.map(({ name }) => name));
  const given = [
    { name: 'PORT', value: `${port}` },
    ...storeSecrets(claim).flatMap(({ name, variables }) =>
      Object.entries(variables).map(([variable, key]) => fromSecret(variable, name, key)),
    ),
    ...encryptionVariables(encryption),
  ];
  return [...given.filter(({ name }) => !own.has(name)), ...containerVariables(env)];
}

/** Whole Secrets, whose keys a variable of the same name goes before. */
export function wholeSecrets({ spec }: Claim<CompleteSpec>): { readonly envFrom?: EnvFromSource[] } {
  if (spec.secrets === undefined) return {};
  return { envFrom: spec.secrets.map((name) => ({ secretRef: { name } })) };
}
