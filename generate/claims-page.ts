import type { Json, JsonObject } from '../functions/composition/contract.ts';
import { at, list, object, text } from '../functions/composition/read.ts';
import type { Schema } from '../functions/composition/schema.ts';
import type { Definition } from '../render/schema/definition.ts';
import { structural } from '../render/schema/structural.ts';
import { isHolder, withNamesAlone } from './nested-claims.ts';
import { tableRow } from './table-row.ts';

/** A kind as the page shows it: what the XRD defines, its names in kubectl, and the smallest claim. */
export interface Chapter {
  readonly definition: Definition;
  readonly xrd: Json;
  readonly example: string;
}

/** `docs/claims.md`: every field of every kind, in the words of the XRDs. */
export function claimsPage(chapters: readonly Chapter[]): string {
  const contents = chapters.map(({ definition: { kind } }) => `- [${kind}](#${kind.toLowerCase()})`);
  return [
    '<!-- Generated from xrds/ by `npm run generate`. Change the XRDs, not this file. -->',
    '# Claims',
    'A claim is a namespaced composite resource. What is required must be written; everything else has a default, or is left out of what the claim makes. Fields that are not listed are refused.',
    contents.join('\n'),
    ...chapters.map(chapter),
  ]
    .join('\n\n')
    .concat('\n');
}

function chapter({ definition, xrd, example }: Chapter): string {
  const { kind, apiVersion, status } = definition;
  const openApi = isHolder(kind) ? withNamesAlone(kind, definition.openApi) : definition.openApi;
  const spec = structural(at(openApi, 'properties', 'spec'), 'spec');
  const names = at(xrd, 'spec', 'names');
  const short = list(at(names, 'shortNames')).map(text);
  const kubectl = [text(at(names, 'plural')), ...short].map((name) => `\`kubectl get ${name}\``).join(', ');
  return [
    `## ${kind}`,
    text(openApi.description),
    `\`${apiVersion}\` · ${kubectl}`,
    `\`\`\`yaml\n${example.trim()}\n\`\`\``,
    '### spec',
    fieldTable(at(openApi, 'properties', 'spec'), spec),
    '### Rules',
    rules(openApi),
    '### status',
    'Written by Crossplane and the function; `status.conditions` besides says which part is not ready and why.',
    statusTable(at(openApi, 'properties', 'status'), status),
    '### Columns',
    'Of `kubectl get`, besides SYNCED, READY, COMPOSITION and AGE, which Crossplane adds.',
    columns(xrd),
  ].join('\n\n');
}

interface Field {
  readonly path: string;
  readonly raw: JsonObject;
  readonly schema: Schema;
  readonly required: boolean;
}

/** Every field below the schema, from the top down, objects before what is in them. */
function fields(raw: Json | undefined, schema: Schema, path: string): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const own: Field = {
      path: path === '' ? name : `${path}.${name}`,
      raw: object(at(raw, 'properties', name)),
      schema: property,
      required: (schema.required ?? []).includes(name),
    };
    const items = property.items === undefined ? [] : fields(own.raw.items, property.items, `${own.path}[]`);
    return [own, ...fields(own.raw, property, own.path), ...items];
  });
}

function fieldTable(raw: Json | undefined, schema: Schema): string {
  const rows = fields(raw, schema, '').map(({ path, raw, schema, required }) => [
    `\`${path}\``,
    typeName(schema),
    required ? '**required**' : defaultText(schema.default),
    bounds(schema),
    text(raw.description),
  ]);
  return table(['Field', 'Type', 'Default', 'Bounds', 'Meaning'], rows);
}

function statusTable(raw: Json | undefined, schema: Schema): string {
  const rows = fields(raw, schema, '').map(({ path, raw, schema }) => [
    `\`${path}\``,
    typeName(schema),
    bounds(schema),
    text(raw.description),
  ]);
  return table(['Field', 'Type', 'Values', 'Meaning'], rows);
}

function typeName(schema: Schema): string {
  switch (schema.type) {
    case 'array':
      return `list of ${schema.items === undefined ? 'anything' : plural(typeName(schema.items))}`;
    case 'object':
      return schema.additionalProperties === undefined
        ? 'object'
        : `map of ${plural(typeName(schema.additionalProperties))}`;
    case 'integer':
      return 'whole number';
    case 'boolean':
      return 'true or false';
    case 'string':
    case 'number':
      return schema.type;
  }
}

function plural(name: string): string {
  return name.endsWith('s') ? name : `${name}s`;
}

function defaultText(value: Json | undefined): string {
  if (value === undefined) return '';
  return JSON.stringify(value) === '{}' ? 'see below' : `\`${JSON.stringify(value)}\``;
}

function bounds(schema: Schema): string {
  const range = (least: number | undefined, most: number | undefined, unit: string) => {
    if (least !== undefined && most !== undefined)
      return least === most ? `${least}${unit}` : `${least} to ${most}${unit}`;
    if (most !== undefined) return `at most ${most}${unit}`;
    return least === undefined ? '' : `at least ${least}${unit}`;
  };
  return [
    schema.enum === undefined ? '' : schema.enum.map((each) => `\`${each}\``).join(', '),
    range(schema.minimum, schema.maximum, ''),
    range(schema.minLength, schema.maxLength, ' characters'),
    range(schema.minItems, schema.maxItems, ' members'),
    schema.maxProperties === undefined ? '' : `at most ${schema.maxProperties} entries`,
    schema.pattern === undefined ? '' : `\`${schema.pattern}\``,
  ]
    .filter((each) => each !== '')
    .join('; ');
}

/** The sentences of the rules in the schema, each with the field that it is about. */
function rules(openApi: JsonObject): string {
  const sentences = sentencesIn(openApi, '');
  return sentences.length === 0 ? 'None.' : sentences.map((sentence) => `- ${sentence}`).join('\n');
}

function sentencesIn(raw: Json | undefined, path: string): string[] {
  const own = list(at(raw, 'x-kubernetes-validations')).map((rule) => {
    const field = `${path}${text(at(rule, 'fieldPath'))}`;
    const message = text(at(rule, 'message'));
    return field === '' ? `${message}.` : `\`${field}\`: ${message}.`;
  });
  const nested = Object.entries(object(at(raw, 'properties'))).flatMap(([name, each]) =>
    sentencesIn(each, path === '' ? name : `${path}.${name}`),
  );
  const items = at(raw, 'items');
  return [...own, ...nested, ...(items === undefined ? [] : sentencesIn(items, `${path}[]`))];
}

function columns(xrd: Json): string {
  const version = list(at(xrd, 'spec', 'versions')).find((each) => at(each, 'referenceable') === true);
  const rows = list(at(version, 'additionalPrinterColumns')).map((column) => [
    text(at(column, 'name')),
    `\`${text(at(column, 'jsonPath')).replace(/^\./, '')}\``,
    at(column, 'priority') === 1 ? 'with `-o wide`' : 'always',
  ]);
  return table(['Column', 'Field', 'Shown'], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [tableRow(head), tableRow(head.map(() => '---')), ...rows.map(tableRow)].join('\n');
}
