import type { Definition } from '../render/schema/definition.ts';
import { outputSchema } from '../cli/output/schema.ts';
import { claimSchema, claimsSchema, schemaPath } from '../render/schema/json-schema.ts';
import { agentSchema } from '../worker/agents/definition/json-schema.ts';
import type { Generated } from './xrds.ts';

/** `schemas/`: what editors and validators of others are given. */
export function schemaFiles(definitions: readonly Definition[]): readonly Generated[] {
  return [
    ...definitions.map((each) => file(schemaPath(each), claimSchema(each))),
    file('claims.json', claimsSchema(definitions)),
    file('output.json', outputSchema()),
    file('agent-definition.json', agentSchema()),
  ];
}

function file(path: string, schema: object): Generated {
  return { path: `schemas/${path}`, content: `${JSON.stringify(schema, undefined, 2)}\n` };
}
