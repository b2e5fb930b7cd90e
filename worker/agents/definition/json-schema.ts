import { definitionSchema, runtimeSchemas } from './schema.ts';

/** The whole JSON Schema (draft-07) of an agent definition, runtimes of tools included, for editors. */
export function agentSchema() {
  const { tool_definitions: tools } = definitionSchema.properties;
  const { quickjs, mcp, python } = runtimeSchemas;
  const whenKind = (kind: string) => ({ required: ['kind'], properties: { kind: { const: kind } } });
  const runtime = {
    ...tools.items.properties.runtime,
    if: whenKind('quickjs'),
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    then: quickjs,
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    else: { if: whenKind('mcp'), then: mcp, else: python },
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
