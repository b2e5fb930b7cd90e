import { readdirSync, readFileSync } from 'node:fs';
import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { readDefinition } from '../../render/schema/definition.ts';
import type { Definition } from '../../render/schema/definition.ts';
import { readYaml } from '../../render/yaml/read.ts';
import { tinyXrd } from './tiny-kind.ts';

const xrds = new URL('../../xrds/', import.meta.url);
/** Every kind of ours and a tiny one, by name. */
export const definitions: ReadonlyMap<string, Definition> = new Map(
  [...readdirSync(xrds).filter((name) => name.endsWith('.yaml')), 'tiny'].map((name) => {
    const source = name === 'tiny' ? tinyXrd : readFileSync(new URL(name, xrds), 'utf8');
    const definition = readDefinition(readYaml(source)[0]?.value ?? null);
    return [definition.kind, definition];
  }),
);

export function definitionOf(kind: string): Definition {
  const found = definitions.get(kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
}

/** A claim of the kind. */
export function claimOf(
  kind: string,
  spec: Json,
  metadata: Json = { name: 'tom', namespace: 'thumb' },
): JsonObject {
  return { apiVersion: definitionOf(kind).apiVersion, kind, metadata, spec };
}
