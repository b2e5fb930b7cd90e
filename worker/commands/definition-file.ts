import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { load } from 'js-yaml';
import { REFUSED } from '../../command-line/exit-code.ts';
import { Failure, reasonOf } from '../../command-line/failure.ts';
import { isJsonObject } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';

/** The standard input, as the name of a file. */
export const STDIN = '-';

/** The text of a file, or of the standard input. Throws a Failure when there is none. */
export async function readText(file: string): Promise<string> {
  const reading = file === STDIN ? textOf(process.stdin) : readFile(file, 'utf8');
  return reading.catch((error: unknown) => {
    throw new Failure(`cannot read ${file}: ${reasonOf(error)}`, REFUSED, { cause: error });
  });
}

/** The agent definition in a file of JSON or YAML, with the scripts that lie beside it. Throws a Failure when there is none. */
export async function readDefinition(file: string): Promise<JsonObject> {
  const text = await readText(file);
  let definition: Json;
  try {
    definition = parseDefinition(text);
  } catch (error) {
    throw new Failure(`cannot read ${file}: ${reasonOf(error)}`, REFUSED, { cause: error });
  }
  if (isJsonObject(definition)) return withScripts(definition, file);
  throw new Failure(`cannot read ${file}: expected an object in JSON or YAML`, REFUSED);
}

/** Whether a text is meant as JSON rather than YAML: the words of an error are then about what its author wrote. */
export function isMeantAsJson(text: string): boolean {
  return /^\s*\{/.test(text);
}

/** The value of a text in JSON or YAML. Throws what its parser throws. */
export function parseDefinition(text: string): Json {
  const value: unknown = isMeantAsJson(text) ? JSON.parse(text) : load(text);
  // YAML has dates and other values that JSON has not.
  return JSON.parse(JSON.stringify(value ?? null)) as Json;
}

/**
 * The definition with each `script_file` of a tool replaced by the `script` in that file, whose path is below the definition's own
 * folder. Jobs carry scripts and no paths. Throws a Failure when a script cannot be read.
 */
async function withScripts(definition: JsonObject, file: string): Promise<JsonObject> {
  const tools = definition['tool_definitions'];
  if (!Array.isArray(tools)) return definition;
  const folder = file === STDIN ? process.cwd() : dirname(resolve(file));
  const read = tools.map(async (tool): Promise<Json> => {
    const runtime = isJsonObject(tool) ? tool['runtime'] : undefined;
    if (!isJsonObject(tool) || !isJsonObject(runtime)) return tool;
    const { script_file: path, ...rest } = runtime;
    if (typeof path !== 'string') return tool;
    return { ...tool, runtime: { ...rest, script: await readText(resolve(folder, path)) } };
  });
  return { ...definition, tool_definitions: await Promise.all(read) };
}
