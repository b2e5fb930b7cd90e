import type { Context, Lookup } from '../composition/contract.ts';
import { hostProblem, portProblem } from './host.ts';
import { secretValue } from './secret-value.ts';
import type { Address } from './egress.ts';

/**
 * Where the database is, by the Secret that was required under this key. Of one that cannot be read, or says nothing that is a host,
 * the host is empty: it is taken for one of the claim's own namespace.
 */
export function databaseAddress(context: Context, key: string): Address {
  return addressIn(context.required(key), 'POSTGRES_HOST', 'POSTGRES_PORT', 5432);
}

/** Likewise of the cache. */
export function cacheAddress(context: Context, key: string): Address {
  return addressIn(context.required(key), 'DRAGONFLY_HOST', 'DRAGONFLY_PORT', 6379);
}

function addressIn(secret: Lookup, hostKey: string, portKey: string, usualPort: number): Address {
  const [host, port] = [secretValue(secret, hostKey), secretValue(secret, portKey)];
  return {
    host: hostProblem(host) === undefined ? host : '',
    port: /^[0-9]+$/.test(port) && portProblem(port) === undefined ? Number(port) : usualPort,
  };
}
