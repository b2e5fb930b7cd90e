import type { Context, Lookup } from '../../../composition/contract.ts';
import { hostProblem, portProblem } from '../../../kube/host.ts';
import { secretValue } from '../../../kube/secret-value.ts';
import type { Address } from './address.ts';

/**
 * Where database and cache are. Of one whose Secret cannot be read, or says nothing that is a host, the host is empty: it is
 * taken for one of the claim's own namespace.
 */
export function storeAddresses(context: Context): Address[] {
  return [
    addressIn(context.required('postgres'), 'POSTGRES_HOST', 'POSTGRES_PORT', 5432),
    addressIn(context.required('dragonfly'), 'DRAGONFLY_HOST', 'DRAGONFLY_PORT', 6379),
  ];
}

function addressIn(secret: Lookup, hostKey: string, portKey: string, usualPort: number): Address {
  const [host, port] = [secretValue(secret, hostKey), secretValue(secret, portKey)];
  return {
    host: hostProblem(host) === undefined ? host : '',
    port: /^[0-9]+$/.test(port) && portProblem(port) === undefined ? Number(port) : usualPort,
  };
}
