import type { Claim, Condition, Context, Lookup, ResourceSelector } from '../../composition/contract.ts';
import { at, list, object, text } from '../../composition/read.ts';
import { secretsChecksumAnnotation } from './deployment.ts';
import { modelAddresses, secretKeys } from './environment.ts';
import { secretNames } from './names.ts';
import type { Spec } from './xr.gen.ts';

/** A Secret that the Pods cannot do without. */
interface Need {
  /** Under which it is asked for. */
  readonly key: string;
  readonly name: string;
  readonly entries: readonly string[];
  /** Whether all of the entries are needed, or any one. */
  readonly how: 'all' | 'any';
}

const pullEntries = ['.dockerconfigjson', '.dockercfg'];

function needs(claim: Claim<Spec>): Need[] {
  const { postgres, dragonfly, llm } = secretNames(claim);
  return [
    { key: 'postgres', name: postgres, entries: secretKeys.postgres, how: 'all' },
    { key: 'dragonfly', name: dragonfly, entries: secretKeys.dragonfly, how: 'all' },
    { key: 'llm', name: llm, entries: secretKeys.llm, how: 'any' },
    ...ofEnvironment(claim),
    ...(claim.spec.volumes ?? []).flatMap(({ secret }): Need[] =>
      secret === undefined
        ? []
        : [{ key: `volume-${secret.secretName}`, name: secret.secretName, entries: [], how: 'all' }],
    ),
    ...(claim.spec.imagePullSecrets ?? []).map((name): Need => ({
      key: `pull-${name}`,
      name,
      entries: pullEntries,
      how: 'any',
    })),
  ];
}

function ofEnvironment({ spec }: Claim<Spec>): Need[] {
  const references = (spec.env ?? []).flatMap(({ secretKeyRef }) => secretKeyRef ?? []);
  return [...new Set(references.map(({ name }) => name))].map((name) => {
    const keys = references.filter((each) => each.name === name).map(({ key }) => key);
    return { key: `env-${name}`, name, entries: [...new Set(keys)], how: 'all' };
  });
}

/** The Secrets are asked for by name, so that a missing one can be named and a changed one rolls the Pods. */
export function secretRequirements(claim: Claim<Spec>): Record<string, ResourceSelector> {
  return Object.fromEntries(
    needs(claim).map(({ key, name }) => [
      key,
      { apiVersion: 'v1', kind: 'Secret', name, namespace: claim.namespace },
    ]),
  );
}

/** Every Secret and every key that the Pods wait for, named. */
export function secretsCondition(claim: Claim<Spec>, context: Context): Condition {
  const type = 'SecretsReady';
  const lookups = needs(claim).map((need) => ({ need, secret: context.required(need.key) }));
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

function missingFrom({ name, entries, how }: Need, secret: Lookup): string[] {
  if (secret === null || secret === undefined) return [`Secret ${name}`];
  const absent = entries.filter((key) => at(secret, 'data', key) === undefined);
  if (how === 'any')
    return absent.length < entries.length ? [] : [`${entries.join(' or ')} in Secret ${name}`];
  return absent.length === 0 ? [] : [`${absent.join(', ')} in Secret ${name}`];
}

/**
 * What the environment takes from the Secret for models: of its keys and addresses those that are there. While it is not, the
 * Pods keep the variables that they have, and before there are any they wait for every key.
 */
function modelKeys(claim: Claim<Spec>, context: Context): readonly string[] {
  const { llm } = secretNames(claim);
  const secret = context.required('llm');
  const has = (key: string) => at(secret ?? {}, 'data', key) !== undefined;
  if (secretKeys.llm.some(has)) return [...secretKeys.llm, ...modelAddresses].filter(has);
  const running = list(at(context.observed('deployment'), 'spec', 'template', 'spec', 'containers'))
    .flatMap((container) => list(object(container).env))
    .filter((variable) => at(variable, 'valueFrom', 'secretKeyRef', 'name') === llm)
    .map((variable) => text(object(variable).name));
  const kept = [...secretKeys.llm, ...modelAddresses].filter((key) => running.includes(key));
  return kept.length === 0 ? secretKeys.llm : kept;
}

/** What the Pods take from Secrets, as far as it can be read. */
export interface PodSecrets {
  readonly modelKeys: readonly string[];
  /** A hash over all of it; undefined while something is missing and no Pod has one. */
  readonly checksum: string | undefined;
  /** Whether the first Pods are held back: they could not start, and would be rolled as soon as they could. */
  readonly awaited: boolean;
}

/**
 * With the token of the HTTP API; undefined when it is not known yet. While something is missing the Pods keep the hash they
 * have: running Pods must not be rolled into a start that would wait for it.
 */
export function podSecrets(claim: Claim<Spec>, context: Context, token: string | undefined): PodSecrets {
  const found = secretsCondition(claim, context).status === 'True' && token !== undefined;
  const deployment = context.observed('deployment');
  const annotations = at(deployment, 'spec', 'template', 'metadata', 'annotations');
  return {
    modelKeys: modelKeys(claim, context),
    checksum: found
      ? context.digest(JSON.stringify([...valuesOf(claim, context), token]))
      : text(at(annotations, secretsChecksumAnnotation)) || undefined,
    awaited: !found && (deployment === undefined || at(deployment, 'spec', 'paused') === true),
  };
}

function valuesOf(claim: Claim<Spec>, context: Context): string[][] {
  return needs(claim).map(({ key, entries }) => {
    const secret = context.required(key) ?? {};
    const read = key === 'llm' ? [...entries, ...modelAddresses] : entries;
    return read.map((entry) => text(at(secret, 'data', entry)));
  });
}
