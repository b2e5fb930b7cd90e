import { dump } from 'js-yaml';
import type { Json, JsonObject } from '../functions/composition/contract.ts';
import { list, object, text } from '../functions/composition/read.ts';

/** A field of one kind that holds the spec of another, or names a claim that is there. */
interface NestedField {
  readonly field: string;
  readonly kind: string;
  readonly description: string;
  readonly longestName: number;
}

/** The kinds whose claims make others, and what each says of those besides. */
const holders: Readonly<
  Record<string, { readonly whose: string; readonly without: (secret: string) => string }>
> = {
  AgentExecutor: {
    whose: 'the workers',
    without: (secret) => `Without it somebody else makes the Secret that ${secret} names.`,
  },
  WebApplication: { whose: 'the application', without: () => 'Without it there is none.' },
};

/** Whether claims of the kind make others. */
export function isHolder(kind: string): boolean {
  return Object.hasOwn(holders, kind);
}

/** The fields of a holder that do. */
function nestedFields(holder: string): readonly NestedField[] {
  const { whose, without } = holders[holder] ?? { whose: '', without: () => '' };
  return [
    {
      field: 'database',
      kind: 'PostgresInstance',
      description:
        `The database of ${whose}, made as PostgresInstance \`<name>-db\` with these fields, or one that is there, by its name. ` +
        without('postgresConnectionSecret'),
      longestName: 50,
    },
    {
      field: 'cache',
      kind: 'DragonflyInstance',
      description:
        `The cache of ${whose}, made as DragonflyInstance \`<name>-cache\` with these fields, or one that is there, by its name. ` +
        without('dragonflyConnectionSecret'),
      longestName: 52,
    },
  ];
}

/** The schema of a claim without what is told in the chapters of the nested kinds: of those fields only the name is left. */
export function withNamesAlone(holder: string, openApi: JsonObject): JsonObject {
  const shortened = (raw: Json | undefined): JsonObject => {
    const { 'x-kubernetes-validations': _, required: __, ...rest } = object(raw);
    return { ...rest, properties: { name: object(object(rest.properties).name) } };
  };
  const { properties } = openApi;
  const spec = object(object(properties).spec);
  const fields = object(spec.properties);
  const short = Object.fromEntries(
    nestedFields(holder).map(({ field }) => [field, shortened(fields[field])]),
  );
  return {
    ...openApi,
    properties: { ...object(properties), spec: { ...spec, properties: { ...fields, ...short } } },
  };
}

/** Around what is written into an XRD. */
const marks = (kind: string) => ({
  begin: `# The fields of ${kind}, by \`npm run generate\`:`,
  end: `# (fields of ${kind})`,
});

/** The text of a holder's XRD with each nested spec as the XRD of its kind has it now. `specs` are schemas of `spec`, by kind. */
export function withNestedSpecs(
  holder: string,
  xrd: string,
  specs: Readonly<Record<string, JsonObject>>,
): string {
  return nestedFields(holder).reduce((whole, nested) => {
    const { begin, end } = marks(nested.kind);
    const found = new RegExp(`^( *)${escaped(begin)}\n[^]*?^ *${escaped(end)}\n`, 'm').exec(whole);
    const spec = specs[nested.kind];
    if (found === null || spec === undefined) return whole;
    const [all, indent = ''] = found;
    const yaml = dump({ [nested.field]: nestedSchema(nested, spec) }, { lineWidth: 100 }).trimEnd();
    const lines = [begin, ...yaml.split('\n'), end].map((line) => `${indent}${line}\n`);
    return whole.replace(all, () => lines.join(''));
  }, xrd);
}

function escaped(words: string): string {
  return words.replaceAll(/[`()]/g, String.raw`\$&`);
}

function nestedSchema({ kind, description, longestName }: NestedField, spec: JsonObject): JsonObject {
  const { properties, ...rest } = object(withoutDefaults(spec));
  return {
    ...rest,
    description,
    properties: {
      name: {
        type: 'string',
        description: `Name of a ${kind} of this namespace that is there, and the only field then.`,
        minLength: 1,
        maxLength: longestName,
        pattern: '^[a-z]([-a-z0-9]*[a-z0-9])?$',
      },
      ...object(properties),
    },
  };
}

/**
 * The schema without its defaults: the nested claim gets them when it is made, and keeps them. A rule that takes one for granted
 * holds where the field is there.
 */
function withoutDefaults(schema: Json | undefined): Json {
  const { default: _, properties, items, additionalProperties, ...rest } = object(schema);
  const inner = object(properties);
  const filled = Object.keys(inner).filter((name) => object(inner[name]).default !== undefined);
  const rules = list(rest['x-kubernetes-validations']).map((each) => guarded(object(each), filled));
  return {
    ...rest,
    ...(rules.length === 0 ? {} : { 'x-kubernetes-validations': rules }),
    ...(properties === undefined ? {} : { properties: mapped(inner, withoutDefaults) }),
    ...(items === undefined ? {} : { items: withoutDefaults(items) }),
    ...(additionalProperties === undefined
      ? {}
      : { additionalProperties: withoutDefaults(additionalProperties) }),
  };
}

function guarded(validation: JsonObject, filled: readonly string[]): JsonObject {
  const rule = text(validation.rule);
  const taken = ['self', 'oldSelf'].flatMap((side) =>
    filled
      .map((name) => `${side}.${name}`)
      .filter((path) => new RegExp(`\\b${path}\\b`).test(rule) && !rule.includes(`has(${path})`)),
  );
  if (taken.length === 0) return validation;
  return { ...validation, rule: [...taken.map((path) => `!has(${path})`), `(${rule})`].join(' || ') };
}

function mapped(properties: JsonObject, change: (schema: Json | undefined) => Json): JsonObject {
  return Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, change(each)]));
}
