import type { IEnvFromSource as EnvFromSource } from 'kubernetes-models/v1/EnvFromSource';
import type { IEnvVar as EnvVar } from 'kubernetes-models/v1/EnvVar';
import type { Claim } from '../../composition/contract.ts';
import { cacheName, databaseName } from '../../kube/nested-claims.ts';
import { containerVariables, fromSecret } from '../../kube/variables.ts';
import type { CompleteSpec } from './complete.ts';

/** Variables by the keys of the connection Secret that they come from. */
type Keys = Readonly<Record<string, string>>;

const databaseVariables: Keys = {
  DATABASE_URL: 'uri',
  POSTGRES_HOST: 'POSTGRES_HOST',
  POSTGRES_PORT: 'POSTGRES_PORT',
  POSTGRES_DB: 'POSTGRES_DB',
  POSTGRES_USER: 'POSTGRES_USER',
  POSTGRES_PASSWORD: 'POSTGRES_PASSWORD',
};

const cacheVariables: Keys = {
  REDIS_URL: 'uri',
  DRAGONFLY_HOST: 'DRAGONFLY_HOST',
  DRAGONFLY_PORT: 'DRAGONFLY_PORT',
  DRAGONFLY_PASSWORD: 'DRAGONFLY_PASSWORD',
};

/** The connection Secrets of the stores that the claim has, by the key under which each is asked for. */
export function storeSecrets(claim: Claim<CompleteSpec>) {
  const { database, cache } = claim.spec;
  return [
    ...(database === undefined
      ? []
      : [{ key: 'database-conn', name: `${databaseName(claim)}-conn`, variables: databaseVariables }]),
    ...(cache === undefined
      ? []
      : [{ key: 'cache-conn', name: `${cacheName(claim)}-conn`, variables: cacheVariables }]),
  ];
}

/** The variables of the Pods and of migrations: the port, the stores', and over them the claim's own. */
export function variables(claim: Claim<CompleteSpec>): EnvVar[] {
  const { port, env = [] } = claim.spec;
  const own = new Set(env.map(({ name }) => name));
  const given = [
    { name: 'PORT', value: `${port}` },
    ...storeSecrets(claim).flatMap(({ name, variables }) =>
      Object.entries(variables).map(([variable, key]) => fromSecret(variable, name, key)),
    ),
  ];
  return [...given.filter(({ name }) => !own.has(name)), ...containerVariables(env)];
}

/** Whole Secrets, whose keys a variable of the same name goes before. */
export function wholeSecrets({ spec }: Claim<CompleteSpec>): { readonly envFrom?: EnvFromSource[] } {
  if (spec.secrets === undefined) return {};
  return { envFrom: spec.secrets.map((name) => ({ secretRef: { name } })) };
}
