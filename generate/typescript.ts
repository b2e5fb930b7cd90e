import type { Schema } from '../functions/composition/schema.ts';

/** A TypeScript type for values that fit the schema after defaulting: what has a default is always there. */
export function typeOf(schema: Schema): string {
  switch (schema.type) {
    case 'object':
      return schema.additionalProperties === undefined
        ? fields(schema)
        : `{ readonly [key: string]: ${typeOf(schema.additionalProperties)} }`;
    case 'array':
      return schema.items === undefined ? 'readonly unknown[]' : `readonly (${typeOf(schema.items)})[]`;
    case 'string':
      return schema.enum === undefined
        ? 'string'
        : schema.enum.map((each) => JSON.stringify(each)).join(' | ');
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
  }
}

function fields(schema: Schema): string {
  const members = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const always = property.default !== undefined || (schema.required ?? []).includes(name);
    return `readonly ${JSON.stringify(name)}${always ? '' : '?'}: ${typeOf(property)};`;
  });
  return `{ ${members.join('\n')} }`;
}
