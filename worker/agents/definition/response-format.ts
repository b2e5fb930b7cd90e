import { Ajv2020 } from 'ajv/dist/2020.js';
import { isJsonObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { Problem } from '../../ports.ts';
import { parameterProblems } from './parameter-rules.ts';
import { schemaProblems, stepInto } from './schema-problems.ts';
import type { NodeShape } from './shape.ts';

/** The tool that a node with a `response_format` gives its answer to. */
export const RESPONSE_TOOL = 'structured_response';

/** JSON Schema of `response_format`. */
export const responseFormatSchema = {
  type: 'object',
  description:
    'JSON Schema of an object, without `pattern`. The node answers by an object that fits it: of the orchestrator that is `structured_response` of the result, of a specialist what it hands back.',
  required: ['type', 'properties'],
  properties: { type: { const: 'object' }, properties: { type: 'object' } },
} as const;

/** What no answer could be judged by, and what would take the place of the tool that takes the answer. */
export function responseFormatProblems({ config }: NodeShape, path: string): readonly Problem[] {
  const { response_format: format, tools = [] } = config;
  if (format === undefined) return [];
  const here = `${path}.response_format`;
  const taken = tools.indexOf(RESPONSE_TOOL);
  return [
    ...metaProblems(format, here),
    ...parameterProblems(format, here),
    ...referenceProblems(format, format, here),
    ...(taken === -1
      ? []
      : [
          {
            path: `${path}.tools[${taken}]`,
            message: `"${RESPONSE_TOOL}" is the tool that takes the answer of response_format; choose another name`,
          },
        ]),
  ];
}

let meta: Ajv2020 | undefined;

/** One problem for a place: of a wrong `type` a schema of schemas has three to tell. */
function metaProblems(format: JsonObject, path: string): readonly Problem[] {
  meta ??= new Ajv2020({ strict: false, validateFormats: false, allErrors: true, logger: false });
  // Whichever draft it says it is of, and wherever it says it is from.
  const { $schema: _, $id: __, ...schema } = format;
  if (meta.validateSchema(schema) === true) return [];
  const problems = schemaProblems(meta.errors, path, 'is not a field of a JSON Schema');
  return problems.filter((one, index) => problems.findIndex((each) => each.path === one.path) === index);
}

/** References to nowhere, and the kinds of them that lead around their own place. */
function referenceProblems(value: Json, whole: JsonObject, path: string): readonly Problem[] {
  if (Array.isArray(value))
    return value.flatMap((each, index) => referenceProblems(each, whole, stepInto(path, index)));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    const here = stepInto(path, key);
    if (typeof each !== 'string') return referenceProblems(each, whole, here);
    if (key === '$dynamicRef' || (key === '$id' && value !== whole))
      return [{ path: here, message: 'is not supported; use `$defs` and `$ref`' }];
    if (key !== '$ref' || !each.startsWith('#') || isThere(whole, each)) return [];
    return [{ path: here, message: `"${each}" leads nowhere in this schema` }];
  });
}

/** Whether a reference such as `#/$defs/address` finds something. */
function isThere(whole: JsonObject, reference: string): boolean {
  const [start, ...steps] = reference.split('/');
  if (start !== '#') return false;
  let place: Json | undefined = whole;
  for (const step of steps.map((each) => each.replaceAll('~1', '/').replaceAll('~0', '~'))) {
    if (Array.isArray(place)) place = place[Number(step)];
    else place = isJsonObject(place) && Object.hasOwn(place, step) ? place[step] : undefined;
  }
  return place !== undefined;
}
