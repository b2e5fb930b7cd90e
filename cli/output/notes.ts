import { keyOf } from '../../render/reconcile/composed-resource.ts';
import { conditionOf, metadataOf, text } from '../../functions/composition/read.ts';
import type { MissingSecret } from '../../render/secret-references.ts';
import { missingSecrets, secretNeeds } from '../../render/secret-references.ts';
import type { Sorted } from '../input/claims.ts';
import { duplicates, titleOf } from '../input/claims.ts';
import { inputsBeside } from '../input/objects.ts';
import { counted } from '../input/load.ts';
import type { RenderedClaim } from '../commands/render-claims.ts';

export interface NoteOptions {
  /** Whether the files beside claims were taken. */
  readonly beside: boolean;
  /** Whether the output itself shows the Secrets that are missing. */
  readonly drawn: boolean;
  /** What the claims become that these claims make. */
  readonly nested: readonly RenderedClaim[];
}

/** What the output does not show and its reader should know, one sentence each. */
export function notes(
  rendered: readonly RenderedClaim[],
  { others, kustomized }: Pick<Sorted, 'others' | 'kustomized'>,
  { beside, drawn, nested }: NoteOptions,
): string[] {
  return [
    ...(drawn ? [] : rendered.flatMap((each) => secretNote(each, [...rendered, ...nested]))),
    ...(drawn ? [] : nestedNote(nested)),
    ...rendered.flatMap(deletionNotes),
    ...rendered.flatMap(standingNotes),
    ...placeholderNote(rendered),
    ...(beside ? [] : inputNotes(rendered)),
    ...duplicates(rendered.map(({ loaded }) => loaded)),
    ...kustomizedNotes(kustomized),
    ...(others.length === 0 ? [] : [`left out what is no claim: ${counted(others)}`]),
  ];
}

/** Secrets that the claim's objects need and that neither the claim, nor another claim here, nor an input has. */
export function missingFor(
  { outcome, given, promised }: Pick<RenderedClaim, 'outcome' | 'given' | 'promised'>,
  all: readonly Pick<RenderedClaim, 'outcome'>[],
): readonly MissingSecret[] {
  const here = outcome.composed.map(({ object }) => object);
  const elsewhere = all.flatMap((each) => each.outcome.composed.map(({ object }) => object));
  return missingSecrets(secretNeeds(here), [...given, ...here, ...elsewhere]).flatMap((missing) => {
    const { name, namespace } = missing;
    const promise = promised.find((each) => each.name === name && each.namespace === namespace);
    if (promise === undefined || missing.exists) return [missing];
    // Of keys that take each other's place, such as those of two models, one is enough.
    const has = promise.keys;
    const nothing =
      has !== undefined && missing.keys.length > 0 && !missing.keys.some((key) => has.includes(key));
    return nothing ? [{ ...missing, exists: true }] : [];
  });
}

function secretNote(each: RenderedClaim, all: readonly RenderedClaim[]): string[] {
  const missing = missingFor(each, all);
  if (missing.length === 0) return [];
  const names = missing.map(({ name, keys, exists }) => {
    if (exists) return `${name} (without ${keys.join(', ')})`;
    return keys.length === 0 ? name : `${name} (${keys.join(', ')})`;
  });
  return [`${titleOf(each.claim)} needs Secrets that none of the inputs has: ${names.join('; ')}`];
}

/** What a kustomization does to the files beside it is done by nobody here. */
export function kustomizedNotes(folders: readonly string[]): string[] {
  return folders.map(
    (folder) =>
      `${folder} has a kustomization, which is not applied here: kubectl kustomize ${folder} | zerotouch validate -`,
  );
}

function nestedNote(nested: readonly RenderedClaim[]): string[] {
  if (nested.length === 0) return [];
  const titles = nested.map(({ claim }) => titleOf(claim)).join(', ');
  return [`what becomes of claims that these claims make is drawn with --tree: ${titles}`];
}

function deletionNotes({ claim, outcome }: RenderedClaim): string[] {
  return outcome.deleted.map(
    (each) =>
      `${titleOf(claim)} no longer has ${text(each.kind)} ${metadataOf(each).name} (${keyOf(each)}): it would be deleted`,
  );
}

/** A claim that is there already, with values that a new one could not have. */
function standingNotes({ claim, outcome }: RenderedClaim): string[] {
  const valid = conditionOf(outcome.composite, 'Valid');
  return valid?.reason === 'SpecStands' ? [`${titleOf(claim)} ${valid.message}`] : [];
}

function placeholderNote(rendered: readonly RenderedClaim[]): string[] {
  const marked = rendered.filter(({ placeholder }) => placeholder).map(({ claim }) => titleOf(claim));
  if (marked.length === 0) return [];
  return [`the password of ${marked.join(', ')} is a placeholder; --generate-secrets draws one`];
}

function inputNotes(rendered: readonly RenderedClaim[]): string[] {
  const files = [...new Set(rendered.map(({ loaded }) => loaded.file))];
  return files.flatMap((file) => {
    const { observed, required } = inputsBeside(file);
    const found = [...observed, ...required];
    return found.length === 0
      ? []
      : [`${found.join(' and ')} not used; --inputs takes what lies beside a claim`];
  });
}
