import type { Condition, Context, Lookup, ResourceSelector } from '../composition/contract.ts';
import { at, text } from '../composition/read.ts';
import type { Variable } from './variables.ts';

/** The annotation of Pods by which they are rolled when a Secret changes: an environment is read at start only. */
export const secretsChecksumAnnotation = 'zerotouch.bizmatters.io/secrets-checksum';

/** A Secret that Pods read, and what of it they cannot do without. */
export interface NeededSecret {
  /** Under which it is asked for. */
  readonly key: string;
  readonly name: string;
  readonly entries: readonly string[];
  /** Whether all of the entries are needed, any one, or none: then those are read that are there, if it is. */
  readonly how: 'all' | 'any' | 'none';
}

const pullEntries = ['.dockerconfigjson', '.dockercfg'];

/** Those that pull images. */
export function neededForPulls(names: readonly string[] = []): NeededSecret[] {
  return names.map((name) => ({ key: `pull-${name}`, name, entries: pullEntries, how: 'any' }));
}

/** Those that variables refer to. */
export function neededForVariables(variables: readonly Variable[] = []): NeededSecret[] {
  const references = variables.flatMap(({ secretKeyRef }) => secretKeyRef ?? []);
  return [...new Set(references.map(({ name }) => name))].map((name) => {
    const keys = references.filter((each) => each.name === name).map(({ key }) => key);
    return { key: `env-${name}`, name, entries: [...new Set(keys)], how: 'all' };
  });
}

/** Those that are mounted. */
export function neededForVolumes(
  volumes: readonly { readonly secret?: { readonly secretName: string } }[] = [],
): NeededSecret[] {
  return volumes.flatMap(({ secret }): NeededSecret[] =>
    secret === undefined
      ? []
      : [{ key: `volume-${secret.secretName}`, name: secret.secretName, entries: [], how: 'all' }],
  );
}

/** The Secrets are asked for by name, so that a missing one can be named and a changed one rolls the Pods. */
export function secretRequirements(
  needs: readonly NeededSecret[],
  namespace: string,
): Record<string, ResourceSelector> {
  return Object.fromEntries(
    needs.map(({ key, name }) => [key, { apiVersion: 'v1', kind: 'Secret', name, namespace }]),
  );
}

/** Every Secret and every key that the Pods wait for, named. */
export function secretsCondition(needs: readonly NeededSecret[], context: Context): Condition {
  const type = 'SecretsReady';
  const lookups = needs.map((need) => ({ need, secret: context.required(need.key) }));
  if (lookups.some(({ secret }) => secret === undefined))
    return { type, status: 'Unknown', reason: 'LookingUp', message: 'The Secrets have not been looked up.' };
  const missing = lookups.flatMap(({ need, secret }) => missingFrom(need, secret));
  if (missing.length === 0) return { type, status: 'True', reason: 'Found' };
  return {
    type,
    status: 'False',
    reason: 'Missing',
    message: `Pods wait for ${missing.join(', ')}.`,
  };
}

function missingFrom({ name, entries, how }: NeededSecret, secret: Lookup): string[] {
  if (how === 'none') return [];
  if (secret === null || secret === undefined) return [`Secret ${name}`];
  const absent = entries.filter((key) => at(secret, 'data', key) === undefined);
  if (how === 'any')
    return absent.length < entries.length ? [] : [`${entries.join(' or ')} in Secret ${name}`];
  return absent.length === 0 ? [] : [`${absent.join(', ')} in Secret ${name}`];
}

/** What Pods take from Secrets, as far as it can be read. */
export interface SecretsRead {
  /** A hash over all of it; undefined while something is missing and no Pod has one. */
  readonly checksum: string | undefined;
  /** Whether the first Pods are held back: they could not start, and would be rolled as soon as they could. */
  readonly awaited: boolean;
}

/**
 * The hash of what was read; of undefined, as long as something is missing, the Pods of the Deployment keep the hash they have:
 * running Pods must not be rolled into a start that would wait for it.
 */
export function secretsRead(context: Context, read: readonly unknown[] | undefined): SecretsRead {
  const deployment = context.observed('deployment');
  const annotations = at(deployment, 'spec', 'template', 'metadata', 'annotations');
  return {
    checksum:
      read === undefined
        ? text(at(annotations, secretsChecksumAnnotation)) || undefined
        : context.digest(JSON.stringify(read)),
    awaited: read === undefined && (deployment === undefined || at(deployment, 'spec', 'paused') === true),
  };
}
