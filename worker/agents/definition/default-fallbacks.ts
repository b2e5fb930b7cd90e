import { Ajv } from 'ajv';
import type { Json } from '../../json.ts';
import type { Problem } from '../../ports.ts';
import type { Capabilities, ModelSpec } from './definition.ts';
import { modelProblems } from './model-rules.ts';
import { fallbacksSchema } from './model-schema.ts';
import { modelSpec } from './model-spec.ts';
import { schemaProblems } from './schema-problems.ts';
import type { ModelShape } from './shape.ts';

/**
 * Reads the models that a worker asks in the place of those whose definitions name none: each as a definition would name it, and of a
 * provider that the worker has, as nobody would notice else that it is never asked. `path` is that of the list, in problems.
 */
export function parseFallbacks(
  json: Json,
  path: string,
  capabilities: Capabilities,
): { readonly models: readonly ModelSpec[]; readonly problems: readonly Problem[] } {
  const validate = new Ajv({ allErrors: true, strict: false }).compile(fallbacksSchema);
  if (!validate(json)) {
    const problems = schemaProblems(validate.errors, path, 'is not a field of a model');
    return { models: [], problems };
  }
  // The schema vouches for the shape.
  const shapes = json as unknown as readonly ModelShape[];
  return {
    models: shapes.map((shape) => modelSpec(shape, capabilities)),
    problems: shapes.flatMap((shape, index) => modelProblems(shape, `${path}[${index}]`, capabilities)),
  };
}
