import type { Context, Json, JsonObject, Kind, Problem, World } from '../functions/composition/contract.ts';
import { CompositionFailure, composeClaim } from '../functions/composition/failure.ts';
import { ratchetedBounds } from '../functions/composition/ratchet.ts';
import { metadataOf, object } from '../functions/composition/read.ts';
import { conform, isObject } from '../functions/composition/schema.ts';
import { fieldChanges } from './difference/field-changes.ts';
import { brokenRules } from './schema/cel.ts';
import { withDefaults } from './schema/defaults.ts';
import type { Definition } from './schema/definition.ts';
import { ownerOf } from './reconcile/composite-resource.ts';
import { metadataProblems } from './schema/metadata.ts';
import { unknownFields } from './schema/unknown-fields.ts';

/** The claim as the API server stores it: with defaults, and everything else as it was given. */
export function stored(definition: Definition, claim: JsonObject): JsonObject {
  const { spec } = claim;
  return isObject(spec) ? { ...claim, spec: withDefaults(definition.spec, spec) } : claim;
}

/**
 * Everything for which the API server would refuse the claim, under strict field validation: names, unknown
 * fields, the schema, and the rules. With the claim that it replaces also the rules about a change, and nothing about a
 * value that was there before.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-ratcheting
 */
export function claimProblems(definition: Definition, claim: JsonObject, old?: JsonObject): Problem[] {
  const given = claim.spec;
  const whole = stored(definition, claim);
  const schema =
    given === undefined || given === null
      ? [{ path: 'spec', message: 'is required' }]
      : ratchetedBounds(conform(definition.storedSpec, given, 'spec').problems, true).filter(
          ({ path, stands }) => stands !== true || !isUnchanged(old, claim, path),
        );
  const rules = brokenRules({
    schema: withMetadata(definition.openApi),
    value: { ...whole, spec: whole.spec ?? {} },
    old: old === undefined ? undefined : stored(definition, old),
    path: '',
  });
  const shape = [
    ...metadataProblems(claim),
    ...unknownFields(definition.storedSpec, given, 'spec'),
    ...schema,
  ];
  // A rule that stumbles over a field of the wrong shape says nothing that has not been said better.
  const broken = rules.filter(({ path, judged }) =>
    judged ? !shape.some((each) => concerns(path, each.path)) : shape.length === 0,
  );
  return [...shape, ...broken.map(({ path, message }) => ({ path, message }))];
}

/**
 * What the kind's own code refuses, though the API server would not: bounds that depend on each other in ways
 * that no rule can say. The claim must be valid otherwise.
 */
export function functionProblems(
  kind: Kind,
  definition: Definition,
  claim: JsonObject,
  { world, observed }: { readonly world: World; readonly observed: Context['observed'] },
): readonly Problem[] {
  const { value } = conform(kind.schema, object(stored(definition, claim).spec), 'spec');
  const { name, namespace } = metadataOf(claim);
  try {
    const composition = composeClaim(
      kind,
      { name, namespace, uid: ownerOf(claim).uid, spec: value },
      {
        ...world,
        observed,
        required: () => null,
        served: () => true,
        refused: () => undefined,
      },
    );
    return composition.kind === 'refused' ? composition.problems.filter(({ stands }) => stands !== true) : [];
  } catch (error) {
    if (!(error instanceof CompositionFailure)) throw error;
    return [{ path: 'spec', message: error.explained }];
  }
}

/** Whether the old value has the same at this path. A list counts as one value: its members have no past. */
function isUnchanged(before: Json | undefined, after: Json | undefined, path: string): boolean {
  if (before === undefined) return false;
  if (path === '' || path.startsWith('[')) return fieldChanges(before, after).length === 0;
  if (!isObject(before) || !isObject(after)) return false;
  const name = Object.keys(after).find(
    (each) => path === each || path.startsWith(`${each}.`) || path.startsWith(`${each}[`),
  );
  if (name === undefined) return false;
  return isUnchanged(before[name], after[name], path.slice(name.length).replace(/^\./, ''));
}

/** Rules see the name, and of the rest of metadata nothing. */
function withMetadata(openApi: JsonObject): JsonObject {
  const name = { type: 'object', properties: { name: { type: 'string' } } };
  return {
    ...openApi,
    properties: { ...object(openApi.properties), metadata: name },
  };
}

function concerns(rule: string, problem: string): boolean {
  return problem === rule || problem.startsWith(`${rule}.`) || problem.startsWith(`${rule}[`);
}
