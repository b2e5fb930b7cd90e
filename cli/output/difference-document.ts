import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { metadataOf, text } from '../../functions/composition/read.ts';
import type { Comparison, ObjectDifference } from '../../render/difference/compare-claims.ts';
import type { FieldChange } from '../../render/difference/field-changes.ts';
import type { Pair } from './difference.ts';
import { summaryOf, wholeOf } from './difference-summary.ts';

type Compared = Pair & { readonly comparison: Comparison };

/** What a change comes to, for programs; schemas/output.json describes it. Values of Secrets are left out. */
export function differenceDocument(pairs: readonly Compared[], findings: readonly string[]): JsonObject {
  const { changed, restarts, final, refused } = summaryOf(pairs);
  return {
    kind: 'Difference',
    version: 1,
    claims: pairs.map(claimDocument),
    changed,
    restarts,
    final,
    refused,
    findings: [...findings],
  };
}

function claimDocument({ comparison, ...pair }: Compared): JsonObject {
  const claim = (pair.after ?? pair.before)?.claim ?? {};
  const { name, namespace } = metadataOf(claim);
  const file = (pair.after ?? pair.before)?.file;
  const identity = {
    apiVersion: text(claim.apiVersion),
    kind: text(claim.kind),
    namespace,
    name,
    ...(file === undefined ? {} : { file }),
  };
  if (comparison.kind === 'unreadable')
    return { ...identity, change: 'unreadable', problems: comparison.problems.map((each) => ({ ...each })) };
  const { spec, objects, unchanged, refused } = comparison.difference;
  return {
    ...identity,
    change: wholeOf(pair, comparison.difference),
    fields: spec.map((change) => fieldDocument(change, false)),
    objects: objects.map(objectDocument),
    unchanged,
    refused: refused.map((each) => ({ ...each })),
  };
}

function objectDocument(difference: ObjectDifference): JsonObject {
  const { kind, key, object } = difference;
  const identity = {
    key,
    change: kind,
    apiVersion: text(object.apiVersion),
    kind: text(object.kind),
    name: metadataOf(object).name,
  };
  switch (kind) {
    case 'created':
    case 'retained':
      return identity;
    case 'deleted':
      return { ...identity, ...(difference.loss === undefined ? {} : { effects: [{ ...difference.loss }] }) };
    case 'replaced':
      return { ...identity, by: metadataOf(difference.by).name };
    case 'changed':
    case 'adopted':
      return {
        ...identity,
        fields: difference.changes.map(({ change, effects }) => ({
          ...fieldDocument(change, object.kind === 'Secret'),
          ...(effects.length === 0 ? {} : { effects: effects.map((each) => ({ ...each })) }),
        })),
      };
  }
}

function fieldDocument({ path, before, after }: FieldChange, secret: boolean): JsonObject {
  const hidden = secret && /^(data|stringData)\b/.test(path);
  const side = (name: string, value: Json | undefined): JsonObject =>
    value === undefined ? {} : { [name]: hidden ? '(hidden)' : value };
  return { field: path, ...side('before', before), ...side('after', after) };
}
