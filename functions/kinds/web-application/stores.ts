import type { Claim } from '../../composition/contract.ts';
import { cacheName, databaseName } from '../../kube/nested-claims.ts';
import type { Spec } from './xr.gen.ts';

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

/** Under which the connection Secret of a store is asked for. */
export type StoreKey = 'database-conn' | 'cache-conn';

interface StoreSecret {
  readonly key: StoreKey;
  readonly name: string;
  readonly variables: Keys;
}

/** The connection Secrets of the stores that the claim has. */
export function storeSecrets(claim: Claim<Pick<Spec, 'database' | 'cache'>>): StoreSecret[] {
  const { database, cache } = claim.spec;
  return [
    ...(database === undefined
      ? []
      : [
          {
            key: 'database-conn' as const,
            name: `${databaseName(claim)}-conn`,
            variables: databaseVariables,
          },
        ]),
    ...(cache === undefined
      ? []
      : [{ key: 'cache-conn' as const, name: `${cacheName(claim)}-conn`, variables: cacheVariables }]),
  ];
}
