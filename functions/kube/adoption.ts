import type { Claim, Lookup, Observed, Problem } from '../composition/contract.ts';
import { list, metadataOf, object, text } from '../composition/read.ts';

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
