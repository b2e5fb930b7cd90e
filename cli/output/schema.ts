const text = { type: 'string' } as const;
const count = { type: 'integer', minimum: 0 } as const;
const truth = { type: 'boolean' } as const;
const texts = { type: 'array', items: text } as const;

type Properties = Readonly<Record<string, object>>;

/** An object of which all of `required` is there and any of `optional` may be; fields of later versions are allowed. */
function fields(required: Properties, optional: Properties = {}) {
  return { type: 'object', required: Object.keys(required), properties: { ...required, ...optional } };
}

const listOf = (items: object) => ({ type: 'array', items });

const effect = fields({ kind: { enum: ['restarts', 'final'] }, text });
const problem = fields({ path: text, message: text });
const identity = { apiVersion: text, kind: text, name: text };

const validation = fields({
  kind: { const: 'Validation' },
  version: { const: 1 },
  claims: count,
  valid: count,
  findings: listOf(
    fields({ file: text, message: text }, { line: count, column: count, claim: text, field: text }),
  ),
  notJudged: { type: 'object', additionalProperties: count },
  notes: texts,
});

const changedField = fields({ field: text }, { before: {}, after: {}, effects: listOf(effect) });

const changedObject = fields(
  {
    key: text,
    ...identity,
    change: { enum: ['created', 'adopted', 'retained', 'deleted', 'replaced', 'changed'] },
  },
  { by: text, fields: listOf(changedField), effects: listOf(effect) },
);

const changedClaim = fields(
  {
    ...identity,
    namespace: text,
    change: { enum: ['created', 'deleted', 'changed', 'unchanged', 'unreadable'] },
  },
  {
    file: text,
    fields: listOf(changedField),
    objects: listOf(changedObject),
    unchanged: count,
    refused: listOf(problem),
    problems: listOf(problem),
  },
);

const difference = fields({
  kind: { const: 'Difference' },
  version: { const: 1 },
  claims: listOf(changedClaim),
  changed: count,
  restarts: truth,
  final: truth,
  refused: truth,
  findings: texts,
});

const tree = fields(
  {
    ...identity,
    namespace: text,
    resources: listOf(fields({ key: text, kind: text, name: text, ready: truth }, { size: text, why: text })),
    needs: listOf(fields({ secret: text, users: texts, there: truth, state: text })),
  },
  { file: text, size: text, phase: text, message: text, fill: text },
);

const trees = fields({ kind: { const: 'Trees' }, version: { const: 1 }, claims: listOf(tree) });

const list = fields({
  kind: { const: 'Claims' },
  version: { const: 1 },
  claims: listOf(fields({ ...identity, namespace: text, where: text }, { size: text, state: text })),
});

const verification = fields({
  kind: { const: 'Verification' },
  version: { const: 1 },
  well: count,
  unused: count,
  wrong: count,
  unseen: count,
  checks: listOf(
    fields(
      { subject: text, state: { enum: ['well', 'unused', 'wrong', 'unseen'] }, needed: text, found: text },
      { todo: text },
    ),
  ),
});

/**
 * JSON Schema (draft-07) of the documents that `-o json` and `-o yaml` print. Within a version fields are only added.
 */
export function outputSchema() {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'What zerotouch prints for machines',
    oneOf: [validation, difference, trees, list, verification],
  };
}
