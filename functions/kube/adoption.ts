import type {
  Claim,
  Condition,
  Context,
  Json,
  Lookup,
  Manifest,
  Observed,
  Problem,
  ResourceSelector,
} from '../composition/contract.ts';
import { isObject } from '../composition/schema.ts';
import { at, list, metadataOf, object, text } from '../composition/read.ts';
import { connectionSecretName } from './connection-secret.ts';
import type { Inherited } from './connection-secret.ts';
import { secretValue } from './secret-value.ts';

/** What a claim says about taking over what it did not make. */
interface Consent {
  readonly adopt?: boolean;
}

/** Whether this claim controls the object. */
export function isOwn(claim: Claim, found: Observed): boolean {
  return controllerOf(found)?.uid === claim.uid;
}

/**
 * Why an object that holds data, and stands where one of the claim's is to be, is not taken over. `found` is a live look;
 * `composed` is what Crossplane observes, which the claim composed before.
 */
export function takeoverProblems(
  claim: Claim<Consent>,
  found: Lookup,
  composed: Observed | undefined,
): Problem[] {
  if (composed !== undefined || found === undefined || found === null || isOwn(claim, found)) return [];
  const path = `${text(found.kind)} ${metadataOf(found).name}`;
  const controller = controllerOf(found);
  if (controller !== undefined) {
    const owner = `${text(controller.kind)} ${text(controller.name)}`;
    return [
      { path, message: `belongs to ${owner}, and would be taken from it; give this claim another name` },
    ];
  }
  if (claim.spec.adopt === true) return [];
  const message =
    'is there already, and this claim did not make it: to take it over as it is, with its data, set spec.adopt to true; otherwise give this claim another name';
  return [{ path, message }];
}

function controllerOf(found: Observed) {
  return list(object(found.metadata).ownerReferences)
    .map(object)
    .find(({ controller }) => controller === true);
}

/**
 * Says on a claim that takes over what stands there which of its own fields wait: `fields` gives them by the field of the object's spec
 * that each decides.
 */
export function adoptionConditions(
  claim: Claim<Consent>,
  made: Manifest & { readonly spec: object },
  live: Observed | undefined,
  fields: Readonly<Record<string, string>>,
): Condition[] {
  if (claim.spec.adopt !== true) return [];
  const type = 'Adopted';
  if (live === undefined) return [{ type, status: 'True', reason: 'NothingThere' }];
  // As it goes over the wire, where there is nothing but JSON.
  const wanted = JSON.parse(JSON.stringify(made.spec)) as Json;
  const waiting = Object.entries(fields)
    .filter(([field]) => {
      const standing = at(live, 'spec', field);
      return standing !== undefined && !contains(standing, at(wanted, field));
    })
    .map(([, name]) => name);
  if (waiting.length === 0) return [{ type, status: 'True', reason: 'AsClaimed' }];
  const message = `The ${made.kind} stays as it stands, where the claim says otherwise about ${waiting.join(', ')}, until spec.adopt is taken out.`;
  return [{ type, status: 'True', reason: 'AsItStands', message }];
}

/** Whether everything that is wanted stands so; operators add fields of their own. */
function contains(standing: Json | undefined, wanted: Json | undefined): boolean {
  if (Array.isArray(wanted)) return JSON.stringify(standing) === JSON.stringify(wanted);
  if (!isObject(wanted)) return standing === wanted;
  return isObject(standing) && Object.entries(wanted).every(([key, value]) => contains(standing[key], value));
}

/** Where an object that is taken over has had its password so far. */
export interface PasswordSource {
  /** Name of a Secret in its namespace. */
  readonly secret: string;
  /** The key of the password in it. */
  readonly key: string;
}

const secretKey = 'adopted-secret';

/** What to look up for the password of an object that is taken over. Nothing when the claim's own Secret has it already. */
export function adoptedSecret(
  claim: Claim<Consent>,
  source: PasswordSource | undefined,
): Record<string, ResourceSelector> {
  if (claim.spec.adopt !== true || source === undefined || source.secret === connectionSecretName(claim))
    return {};
  const { namespace } = claim;
  return { [secretKey]: { apiVersion: 'v1', kind: 'Secret', name: source.secret, namespace } };
}

/** The password that an object brings along, so that whoever uses it is not locked out when a claim takes it over. */
export function inheritedPassword(
  claim: Claim<Consent>,
  context: Context,
  source: PasswordSource | undefined,
): Inherited {
  if (source === undefined || Object.keys(adoptedSecret(claim, source)).length === 0) return { kind: 'none' };
  const found = context.required(secretKey);
  if (found === undefined) return { kind: 'undecided' };
  const password = secretValue(found, source.key);
  return password === '' ? { kind: 'none' } : { kind: 'password', password };
}
