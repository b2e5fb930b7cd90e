import type { ErrorObject } from 'ajv';
import type { Problem } from '../../ports.ts';

/** A path as a person writes it: `nodes[0].config.name`. */
export function pathOf(pointer: string, base = ''): string {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps.reduce(stepInto, base);
}

/** The path one step further down. */
export function stepInto(path: string, step: string | number): string {
  if (/^\d+$/.test(String(step))) return `${path}[${step}]`;
  return path === '' ? String(step) : `${path}.${step}`;
}

/** What ajv found, in the words of a person; `base` is the path of the value it looked at. */
export function schemaProblems(
  errors: readonly ErrorObject[] | null | undefined,
  base = '',
  unknownField = 'is not a field of a definition',
): readonly Problem[] {
  return (errors ?? []).map((error) => problemOf(error, base, unknownField));
}

function problemOf(error: ErrorObject, base: string, unknownField: string): Problem {
  const path = pathOf(error.instancePath, base);
  // Ajv types params by keyword only; each case below reads what its keyword documents.
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case 'required':
      return { path: stepInto(path, String(params['missingProperty'])), message: 'is required' };
    case 'additionalProperties':
      return {
        path: stepInto(path, String(params['additionalProperty'])),
        message: unknownField,
      };
    case 'type':
      return { path, message: `expected ${article(String(params['type']))}` };
    case 'enum':
      return { path, message: `expected one of ${listed(params['allowedValues'])}` };
    case 'const':
      return { path, message: `expected ${JSON.stringify(params['allowedValue'])}` };
    case 'minLength':
      return { path, message: 'expected a text that is not empty' };
    case 'minItems':
      return { path, message: `expected at least ${String(params['limit'])} of them` };
    case 'uniqueItems':
      return {
        path,
        message: `names the same one twice, at ${String(params['j'])} and ${String(params['i'])}`,
      };
    default:
      return { path, message: error.message ?? `breaks the rule ${error.keyword}` };
  }
}

function article(type: string): string {
  const names: Readonly<Record<string, string>> = { object: 'an object', array: 'a list', string: 'a text' };
  return names[type] ?? (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);
}

function listed(values: unknown): string {
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)).join(', ') : String(values);
}
