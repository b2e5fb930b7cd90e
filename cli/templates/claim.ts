import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { list, object, text } from '../../functions/composition/read.ts';
import type { Definition } from '../../render/schema/definition.ts';
import { toYaml } from '../../render/yaml/write.ts';

/** What the author of a claim says of it. */
interface Wanted {
  readonly name: string;
  readonly namespace: string;
  /** Whether fields that nobody needs are shown as comments. */
  readonly all: boolean;
}

/** A claim of the kind as text, with what its schema requires. */
export function newClaim(
  { apiVersion, kind, openApi }: Definition,
  { name, namespace, all }: Wanted,
): string {
  const spec = object(object(openApi.properties).spec);
  const properties = object(spec.properties);
  const required = list(spec.required).map(text);
  const size: JsonObject =
    object(properties.size).default === undefined ? {} : { size: defaultOf(properties.size) };
  const values = Object.fromEntries(required.map((field) => [field, defaultOf(properties[field])]));
  const head = toYaml({ apiVersion, kind, metadata: { name, namespace }, spec: { ...size, ...values } });
  if (!all) return head;
  const others = Object.entries(properties).filter(
    ([field]) => field !== 'size' && !required.includes(field),
  );
  return `${head}${others.map(comment).join('')}`;
}

function defaultOf(field: Json | undefined): Json {
  const { default: value, example, type } = object(field);
  if (value !== undefined) return value;
  if (example !== undefined) return example;
  return type === 'string' ? '' : type === 'array' ? [] : type === 'object' ? {} : 0;
}

/** A field that is not set, below what it means. */
function comment([field, schema]: [string, Json]): string {
  const [sentence = ''] = text(object(schema).description).split(/(?<=\.)\s/);
  const shown = toYaml({ [field]: defaultOf(schema) }).trimEnd();
  return [`# ${sentence.replaceAll(/\s+/g, ' ').trim()}`, ...shown.split('\n').map((line) => `# ${line}`)]
    .map((line) => `  ${line}\n`)
    .join('');
}
