import type { Definition } from '../render/schema/definition.ts';
import { outputSchema } from '../cli/output/schema.ts';
import { tenantJsonSchema, tenantValuesSchema } from '../cli/registry/tenant-schema.ts';
import { claimSchema, claimsSchema, schemaPath } from '../render/schema/json-schema.ts';
import { agentSchema } from '../worker/agents/definition/json-schema.ts';
import type { Generated } from './xrds.ts';

/** `schemas/`: what editors and validators of others are given; and what Helm is given for the chart of a tenant. */
export function schemaFiles(definitions: readonly Definition[]): readonly Generated[] {
  return [
    ...definitions.map((each) => file(schemaPath(each), claimSchema(each))),
    file('claims.json', claimsSchema(definitions)),
    file('output.json', outputSchema()),
    file('agent-definition.json', agentSchema()),
    file('tenant.json', tenantJsonSchema()),
    { path: 'examples/platform/platform/tenant/values.schema.json', content: text(tenantValuesSchema()) },
  ];
}

function file(path: string, schema: object): Generated {
  return { path: `schemas/${path}`, content: text(schema) };
}

function text(schema: object): string {
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
