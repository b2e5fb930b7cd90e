import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { list, object, text } from '../../functions/composition/read.ts';
import { isObject } from '../../functions/composition/schema.ts';
import type { Definition } from './definition.ts';
import { ruleSchema } from './rule-schema.ts';

const draft = 'http://json-schema.org/draft-07/schema#';

/**
 * A JSON Schema (draft-07) of the claims of a kind, for editors: unknown fields are mistakes in it, as they are for kubectl, and
 * of the rules it says what a schema can say.
 */
export function claimSchema({ kind, apiVersion, openApi }: Definition): JsonObject {
  const { description, required, properties } = object(openApi);
  const { spec } = object(properties);
  return {
    $schema: draft,
    title: `${kind} (${apiVersion})`,
    ...(description === undefined ? {} : { description }),
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata', ...list(required)],
    properties: {
      apiVersion: { const: apiVersion },
      kind: { const: kind },
      metadata: {
        type: 'object',
        anyOf: [{ required: ['name'] }, { required: ['generateName'] }],
        properties: {
          name: { type: 'string', maxLength: 253, description: `Name of the claim.` },
          namespace: { type: 'string', maxLength: 63, description: 'Namespace of the claim.' },
        },
      },
      spec: converted(spec ?? { type: 'object' }),
      status: { type: 'object', description: 'Written by the cluster.' },
    },
    additionalProperties: false,
    ...rules(openApi),
  };
}

/** One schema for files in which documents of any kind may lie: it speaks of claims alone. */
export function claimsSchema(definitions: readonly Definition[]): JsonObject {
  return {
    $schema: draft,
    title: 'Claims',
    type: 'object',
    allOf: definitions.map((definition) => {
      const { $schema: _, ...schema } = claimSchema(definition);
      return {
        if: {
          required: ['apiVersion', 'kind'],
          properties: { apiVersion: { const: definition.apiVersion }, kind: { const: definition.kind } },
        },
        // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
        then: schema,
      };
    }),
  };
}

/** Where the schema of a kind lies: the layout of catalogs, which kubeconform and editors can be given. */
export function schemaPath({ group, kind, version }: Definition): string {
  return `${group}/${kind.toLowerCase()}_${version}.json`;
}

/** Keywords that hold other schemas. */
const nesting: ReadonlySet<string> = new Set(['properties', 'items', 'additionalProperties']);

function converted(schema: Json): JsonObject {
  const given = object(schema);
  const { properties, items, additionalProperties } = given;
  const kept = Object.entries(given).filter(
    ([keyword]) => !nesting.has(keyword) && !keyword.startsWith('x-kubernetes-'),
  );
  return {
    ...Object.fromEntries(kept),
    ...(isObject(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, each]) => [name, converted(each)]),
      ),
      additionalProperties: false,
    }),
    ...(items !== undefined && { items: converted(items) }),
    ...(given['x-kubernetes-list-type'] === 'set' && { uniqueItems: true }),
    ...(isObject(additionalProperties) && { additionalProperties: converted(additionalProperties) }),
    ...rules(given),
  };
}

/** The rules of the value that a schema can say. */
function rules(schema: JsonObject): JsonObject {
  const said = list(schema['x-kubernetes-validations']).flatMap((each) => {
    const { rule, message } = object(each);
    const found = ruleSchema(text(rule), schema);
    // Editors show errorMessage where they know it; those that do not pass it over.
    return found === undefined ? [] : [{ ...found, errorMessage: text(message) }];
  });
  return said.length === 0 ? {} : { allOf: said };
}
