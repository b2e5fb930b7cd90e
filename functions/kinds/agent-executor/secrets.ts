import type { Claim, Condition, Context, Lookup, ResourceSelector } from '../../composition/contract.ts';
import { at, text } from '../../composition/read.ts';
import { hostProblem, portProblem } from '../../kube/host.ts';
import { secretValue } from '../../kube/secret-value.ts';
import type { Address } from './address.ts';
import { secretKeys } from './environment.ts';
import { secretNames } from './names.ts';
import { checksumAnnotation } from './deployment.ts';
import type { Spec } from './xr.gen.ts';

type Use = keyof typeof secretKeys;
const uses = ['postgres', 'dragonfly', 'llm'] as const satisfies readonly Use[];

/** The Secrets are asked for by name, so that a missing one can be named and a changed one rolls the Pods. */
export function secretRequirements(claim: Claim<Spec>): Record<Use, ResourceSelector> {
  const names = secretNames(claim);
  const selector = (name: string) => ({ apiVersion: 'v1', kind: 'Secret', name, namespace: claim.namespace });
  return {
    postgres: selector(names.postgres),
    dragonfly: selector(names.dragonfly),
    llm: selector(names.llm),
  };
}

/** Every Secret and every key that the Pods wait for, named. */
export function secretsCondition(claim: Claim<Spec>, context: Context): Condition {
  const type = 'SecretsReady';
  const names = secretNames(claim);
  const lookups = uses.map((use) => ({ use, secret: context.required(use) }));
  if (lookups.some(({ secret }) => secret === undefined))
    return { type, status: 'Unknown', reason: 'LookingUp', message: 'The Secrets have not been looked up.' };
  const missing = lookups.flatMap(({ use, secret }) => missingFrom(names[use], secretKeys[use], secret));
  if (missing.length === 0) return { type, status: 'True', reason: 'Found' };
  return {
    type,
    status: 'False',
    reason: 'Missing',
    message: `Pods wait for ${missing.join(', ')}.`,
  };
}

function missingFrom(name: string, keys: readonly string[], secret: Lookup): string[] {
  if (secret === null || secret === undefined) return [`Secret ${name}`];
  const absent = keys.filter((key) => at(secret, 'data', key) === undefined);
  return absent.length === 0 ? [] : [`${absent.join(', ')} in Secret ${name}`];
}

/**
 * A hash over all values that the environment takes from Secrets. While one of them is not there the Pods keep
 * the hash they have: running Pods must not be rolled into a start that would wait for it.
 */
export function secretsChecksum(context: Context): string | undefined {
  const values = uses.map((use) => {
    const secret = context.required(use);
    return secret ? secretKeys[use].map((key) => text(at(secret, 'data', key))) : undefined;
  });
  if (!values.includes(undefined)) return context.digest(JSON.stringify(values));
  const path = ['spec', 'template', 'metadata', 'annotations', checksumAnnotation];
  return text(at(context.observed('deployment'), ...path)) || undefined;
}

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
