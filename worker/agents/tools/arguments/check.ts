import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import type { JsonObject } from '../../../json.ts';
import { schemaProblems } from '../../definition/schema-problems.ts';
import type { ArgumentsAnswer, ArgumentsCall } from './messages.ts';

/** Schemas kept compiled in one thread. */
const KEPT = 200;

/** Problems that are told at once. */
const MOST_PROBLEMS = 20;

const compiled = new Map<string, ValidateFunction>();

/**
 * Checks the arguments of a call against the schema of its tool. Schemas are a stranger's: this runs in a thread with a
 * deadline, and formats, which are regular expressions, are not checked. A schema that cannot be compiled is unusable.
 */
export function checkArguments({ schema, args }: ArgumentsCall): ArgumentsAnswer {
  const validate = compile(schema);
  if (validate === undefined) return { kind: 'unusable' };
  if (validate(args)) return { kind: 'fine' };
  const problems = schemaProblems(validate.errors, '', 'is not a field of the arguments').slice(
    0,
    MOST_PROBLEMS,
  );
  const words = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return { kind: 'error', message: `the arguments break the schema of the tool: ${words.join('; ')}` };
}

function compile(schema: JsonObject): ValidateFunction | undefined {
  const key = JSON.stringify(schema);
  const before = compiled.get(key);
  if (before !== undefined) return before;
  const validate = tryCompile(schema);
  if (validate === undefined) return undefined;
  if (compiled.size >= KEPT) compiled.clear();
  compiled.set(key, validate);
  return validate;
}

function tryCompile(given: JsonObject): ValidateFunction | undefined {
  // Whichever draft it says it is of, and wherever it says it is from.
  const { $schema: _, $id: __, ...schema } = given;
  const ajv = new Ajv2020({
    allErrors: true,
    strict: false,
    validateFormats: false,
    validateSchema: false,
    logger: false,
  });
  try {
    return ajv.compile(schema);
  } catch {
    return undefined;
  }
}
