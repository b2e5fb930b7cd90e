import type { ISecret } from 'kubernetes-models/v1/Secret';
import type { Claim, Context, Lookup, Observed, Problem, ResourceSelector } from '../composition/contract.ts';
import type { Component } from './metadata.ts';
import { metadata } from './metadata.ts';
import { at, list, object, text } from '../composition/read.ts';

/** The key of the Secret among the composed resources, and of the live look at it among the requirements. */
export const connectionKey = 'conn';

/** Says which `spec.credentialsRevision` the password in the Secret belongs to. */
export const revisionAnnotation = 'zerotouch.bizmatters.io/credentials-revision';

export type SecretType = 'Opaque' | 'kubernetes.io/basic-auth';

export interface Credentials {
  readonly password: string;
  readonly revision: string;
}

/** A password that was in use before the claim came, or that nobody has looked for one yet. */
export type Inherited =
  | { readonly kind: 'none' }
  | { readonly kind: 'undecided' }
  | { readonly kind: 'password'; readonly password: string };

/** `undecided`: nobody has looked yet, so nothing may be drawn. It is never so in the last call of a reconcile. */
export type Decision =
  | { readonly kind: 'known'; readonly credentials: Credentials }
  | { readonly kind: 'undecided' }
  | { readonly kind: 'refused'; readonly problem: Problem };

export function connectionSecretName(claim: Claim): string {
  return `${claim.name}-conn`;
}

/** A Secret with one value that is drawn: under which key it is composed and asked for, and where the value stands. */
export interface DrawnSecret {
  readonly key: string;
  readonly name: string;
  readonly type: SecretType;
  readonly entry: 'password' | 'token';
}

/** The live look without which no password is drawn. */
export function connectionRequirement(claim: Claim): ResourceSelector {
  return { apiVersion: 'v1', kind: 'Secret', name: connectionSecretName(claim), namespace: claim.namespace };
}

/** Which password the connection Secret has, or gets now; the first is the one that was inherited, where there is one. */
export function decideCredentials(
  claim: Claim,
  context: Context,
  type: SecretType,
  revision: string,
  inherited: Inherited = { kind: 'none' },
): Decision {
  const secret = { key: connectionKey, name: connectionSecretName(claim), type, entry: 'password' } as const;
  if (context.required(connectionKey) === null && inherited.kind !== 'none')
    return inherited.kind === 'undecided'
      ? inherited
      : { kind: 'known', credentials: { password: inherited.password, revision } };
  return decideDrawn(claim, context, secret, revision);
}

/**
 * Which value the Secret has, or gets now.
 *
 * Observed state comes from a cache that may be older than the last write, so "none observed" does not mean
 * that there is none: a password is drawn only when a live look found no Secret, or one of another revision.
 */
export function decideDrawn(claim: Claim, context: Context, secret: DrawnSecret, revision: string): Decision {
  const found = context.required(secret.key);
  if (found === undefined) {
    const observed = context.observed(secret.key);
    const kept = observed && keptCredentials(observed, secret);
    return kept ? { kind: 'known', credentials: kept } : { kind: 'undecided' };
  }
  if (found !== null) {
    const problem = obstacle(claim, found, secret);
    if (problem !== undefined) return { kind: 'refused', problem };
    const kept = keptCredentials(found, secret);
    // A Secret without the annotation was made by a person, whose password is adopted as it is.
    if (kept && (kept.revision === '' || kept.revision === revision))
      return { kind: 'known', credentials: { password: kept.password, revision } };
  }
  return { kind: 'known', credentials: { password: context.randomPassword(), revision } };
}

function keptCredentials(secret: Observed, { entry }: DrawnSecret): Credentials | undefined {
  const password = decoded(text(at(secret, 'data', entry)));
  if (password === '') return undefined;
  return { password, revision: text(at(secret, 'metadata', 'annotations', revisionAnnotation)) };
}

/** Why the Secret that stands in the place of ours cannot become ours. */
function obstacle(claim: Claim, found: Observed, { name, type, entry }: DrawnSecret): Problem | undefined {
  const path = `Secret ${name}`;
  const owner = list(at(found, 'metadata', 'ownerReferences'))
    .map(object)
    .find(({ controller }) => controller === true);
  if (owner !== undefined && owner.uid !== claim.uid) {
    const message = `belongs to ${text(owner.kind)} ${text(owner.name)}, and would be overwritten; give this claim another name`;
    return { path, message };
  }
  const [otherType] = typeProblems(found, { name, type });
  if (otherType !== undefined) return otherType;
  if (/\s/.test(decoded(text(at(found, 'data', entry)))))
    return {
      path,
      message: `has a ${entry} with white space, such as a newline at its end; write it without`,
    };
  return undefined;
}

/** A Secret that is there, and cannot become one of this type. */
export function typeProblems(
  found: Lookup,
  { name, type }: Pick<DrawnSecret, 'name' | 'type'>,
): readonly Problem[] {
  if (found === undefined || found === null) return [];
  // The API server writes Opaque where nobody gave a type.
  const foundType = text(found.type) || 'Opaque';
  if (foundType === type) return [];
  const message = `is there already with type ${foundType}, where ${type} is needed, and a type cannot change; delete it, or give this claim another name`;
  return [{ path: `Secret ${name}`, message }];
}

/** The Secret that an application connects with. Each value is base64 once, and none is empty. */
export function connectionSecret(
  claim: Claim,
  component: Component,
  type: SecretType,
  revision: string,
  entries: Readonly<Record<string, string>>,
  extraLabels: Readonly<Record<string, string>> = {},
): ISecret {
  const secret = { name: connectionSecretName(claim), type };
  return drawnSecret(claim, component, secret, revision, entries, extraLabels);
}

/** A Secret with a drawn value among its entries. */
export function drawnSecret(
  claim: Claim,
  component: Component,
  { name, type }: Pick<DrawnSecret, 'name' | 'type'>,
  revision: string,
  entries: Readonly<Record<string, string>>,
  extraLabels: Readonly<Record<string, string>> = {},
): ISecret {
  const { labels, ...named } = metadata(claim, component, name);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      ...named,
      labels: { ...labels, ...extraLabels },
      annotations: { [revisionAnnotation]: revision },
    },
    type,
    data: Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, encoded(value)])),
  };
}

function encoded(value: string): string {
  return Buffer.from(value, 'utf8').toString('base64');
}

function decoded(value: string): string {
  return Buffer.from(value, 'base64').toString('utf8');
}
