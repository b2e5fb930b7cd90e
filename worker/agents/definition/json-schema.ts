import { runtimeSchemas } from './runtime-schemas.ts';
import { definitionSchema } from './schema.ts';

/** The whole JSON Schema (draft-07) of an agent definition, runtimes of tools included, for editors. */
export function agentSchema() {
  const { tool_definitions: tools } = definitionSchema.properties;
  const { quickjs, mcp, python } = runtimeSchemas;
  const whenKind = (kind: string) => ({ required: ['kind'], properties: { kind: { const: kind } } });
  const scripted = <T extends { readonly properties: object; readonly required: readonly string[] }>(
    schema: T,
  ) => ({
    ...schema,
    required: schema.required.filter((name) => name !== 'script'),
    anyOf: [{ required: ['script'] }, { required: ['script_file'] }],
    properties: {
      ...schema.properties,
      script_file: {
        type: 'string',
        minLength: 1,
        description:
          'Path of the script, seen from the definition; the commands for people put it in its place.',
      },
    },
  });
  const runtime = {
    ...tools.items.properties.runtime,
    if: whenKind('quickjs'),
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    then: scripted(quickjs),
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    else: { if: whenKind('mcp'), then: mcp, else: scripted(python) },
  };
  return {
    ...definitionSchema,
    properties: {
      $schema: { type: 'string', description: 'Where an editor finds this schema.' },
      ...definitionSchema.properties,
      tool_definitions: {
        ...tools,
        items: { ...tools.items, properties: { ...tools.items.properties, runtime } },
      },
    },
  };
}
