const text = { type: 'string' } as const;
const count = { type: 'integer', minimum: 0 } as const;
const truth = { type: 'boolean' } as const;
const texts = { type: 'array', items: text } as const;

/** An object of which everything is required but the fields that are named; fields of later versions are allowed. */
function fields(properties: Readonly<Record<string, object>>, optional: readonly string[] = []) {
  return {
    type: 'object',
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
    properties,
  };
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
    fields({ file: text, line: count, column: count, claim: text, field: text, message: text }, [
      'line',
      'column',
      'claim',
      'field',
    ]),
  ),
  notJudged: { type: 'object', additionalProperties: count },
  notes: texts,
});

const field = fields({ field: text, before: {}, after: {}, effects: listOf(effect) }, [
  'before',
  'after',
  'effects',
]);

const difference = fields({
  kind: { const: 'Difference' },
  version: { const: 1 },
  claims: listOf(
    fields(
      {
        ...identity,
        namespace: text,
        file: text,
        change: { enum: ['created', 'deleted', 'changed', 'unchanged', 'unreadable'] },
        fields: listOf(field),
        objects: listOf(
          fields(
            {
              key: text,
              ...identity,
              change: { enum: ['created', 'adopted', 'retained', 'deleted', 'replaced', 'changed'] },
              by: text,
              fields: listOf(field),
              effects: listOf(effect),
            },
            ['by', 'fields', 'effects'],
          ),
        ),
        unchanged: count,
        refused: listOf(problem),
        problems: listOf(problem),
      },
      ['file', 'fields', 'objects', 'unchanged', 'refused', 'problems'],
    ),
  ),
  changed: count,
  restarts: truth,
  final: truth,
  refused: truth,
  findings: texts,
});

const trees = fields({
  kind: { const: 'Trees' },
  version: { const: 1 },
  claims: listOf(
    fields(
      {
        ...identity,
        namespace: text,
        file: text,
        size: text,
        phase: text,
        message: text,
        fill: text,
        resources: listOf(
          fields({ key: text, kind: text, name: text, size: text, ready: truth, why: text }, ['size', 'why']),
        ),
        needs: listOf(fields({ secret: text, users: texts, there: truth, state: text })),
      },
      ['file', 'size', 'phase', 'message', 'fill'],
    ),
  ),
});

const list = fields({
  kind: { const: 'Claims' },
  version: { const: 1 },
  claims: listOf(
    fields({ ...identity, namespace: text, size: text, state: text, where: text }, ['size', 'state']),
  ),
});

/**
 * JSON Schema (draft-07) of the documents that `-o json` and `-o yaml` print. Within a version fields are only added.
 */
export function outputSchema() {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'What zerotouch prints for machines',
    oneOf: [validation, difference, trees, list],
  };
}
