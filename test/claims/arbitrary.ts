import fc from 'fast-check';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { object } from '../../functions/composition/read.ts';
import { claimProblems, functionProblems } from '../../render/claim-problems.ts';
import type { Offer } from '../../render/platform.ts';
import { placeholderWorld } from '../../render/reconcile/world.ts';
import { arbitraryValue } from './arbitrary-value.ts';
import { kindNamed, offerNamed } from './offers.ts';

/**
 * Claims of a kind that the XRD and `validate` accept, drawn from the XRD: every field, left out, at its bounds and in
 * between, with the texts that people and machines write. A field that is added to the XRD is drawn without more.
 */
export function arbitraryClaim(kind: string): fc.Arbitrary<JsonObject> {
  const known = made.get(kind);
  if (known !== undefined) return known;
  const claim = claimsOf(kind);
  made.set(kind, claim);
  return claim;
}

const made = new Map<string, fc.Arbitrary<JsonObject>>();

function claimsOf(kind: string): fc.Arbitrary<JsonObject> {
  const offer = offerNamed(kind);
  const { apiVersion, openApi } = offer.definition;
  const spec = arbitraryValue(object(openApi.properties).spec, {
    path: 'spec',
    accepts: (value, path) => isAccepted(offer, { ...example(offer), spec: value }, path),
  }) as fc.Arbitrary<JsonObject>;
  return fc
    .record({ name: arbitraryName(longestName(offer)), namespace: arbitraryNamespace, uid: fc.uuid(), spec })
    .map(({ spec, ...metadata }): JsonObject => ({ apiVersion, kind, metadata, spec }))
    .filter((claim) => claimProblems(offer.definition, claim).length === 0 && isAccepted(offer, claim));
}

/**
 * Whether the kind's own code has nothing against the claim, or against what stands at this path. A claim that it stumbles
 * over counts as accepted: the properties are to find it.
 */
function isAccepted({ definition }: Offer, claim: JsonObject, path = ''): boolean {
  try {
    const problems = functionProblems(kindNamed(definition.kind), definition, claim, {
      world: placeholderWorld(),
      observed: () => undefined,
    });
    return !problems.some((problem) => path === '' || isWithin(problem.path, path));
  } catch {
    return true;
  }
}

/** Whether a field path is another, or below it: `data.gateway.namespace` is not below `data.gateway.name`. */
export function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
}

/** The longest name that the rules of the XRD let pass, whatever else is wrong with a claim without a spec. */
export function longestName(offer: Offer): number {
  const { definition } = offer;
  const unspecified = { ...definition, openApi: { ...definition.openApi, properties: {} } };
  for (let length = 253; length > 0; length--) {
    const problems = claimProblems(unspecified, example(offer, 'a'.repeat(length)));
    if (!problems.some(({ path }) => path === 'metadata.name')) return length;
  }
  throw new Error(`the rules of ${definition.kind} let no name pass`);
}

function example({ definition: { apiVersion, kind } }: Offer, name = 'example'): JsonObject {
  return { apiVersion, kind, metadata: { name, namespace: 'example', uid: 'uid' }, spec: {} };
}

function arbitraryName(longest: number): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.stringMatching(new RegExp(`^[a-z]([-a-z0-9]{0,${longest - 2}}[a-z0-9])?$`)) },
    fc.constant('a'.repeat(longest)),
    fc.constantFrom('postgres', 'template1', 'app', 'x', 'a--b'),
  );
}

/** A DNS label, which may start with a digit. */
const arbitraryNamespace = fc.oneof(
  fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/),
  fc.constantFrom('1', '0x1f', 'true', 'n'.repeat(63)),
);
