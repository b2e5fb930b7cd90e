import { isJsonObject } from '../../json.ts';
import type { Json } from '../../json.ts';
import type { Problem } from '../../ports.ts';
import { stepInto } from './schema-problems.ts';

/** A regular expression of a definition could hold up the whole worker, and a reference could lead out of it. */
export function parameterProblems(schema: Json, path: string): readonly Problem[] {
  if (Array.isArray(schema))
    return schema.flatMap((one, index) => parameterProblems(one, stepInto(path, index)));
  if (!isJsonObject(schema)) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    const here = stepInto(path, key);
    if ((key === 'pattern' && typeof value === 'string') || key === 'patternProperties') {
      return [{ path: here, message: 'is not supported; say in `description` what the text must look like' }];
    }
    if (key === '$ref' && typeof value === 'string' && !value.startsWith('#')) {
      return [{ path: here, message: 'must stay within the schema: expected a text that starts with "#"' }];
    }
    return parameterProblems(value, here);
  });
}
