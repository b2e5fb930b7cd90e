import { dirname, resolve } from 'node:path';
import { load } from 'js-yaml';
import { REFUSED } from '../../command-line/exit-code.ts';
import { Failure, reasonOf } from '../../command-line/failure.ts';
import { readText as textOf, STDIN } from '../../command-line/read-text.ts';
import { isJsonObject, MAX_LEVELS } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';

/** The text of a file, or of the standard input. Throws a Failure when there is none. */
export async function readText(file: string): Promise<string> {
  return textOf(file).catch((error: unknown) => {
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

/** Values in a definition once its aliases are followed: a few anchors can stand for millions of them. */
const most = 200_000;

/** The value of a text in JSON or YAML. Throws what its parser throws, and an Error for what no job could carry. */
export function parseDefinition(text: string): Json {
  const value: unknown = isMeantAsJson(text) ? JSON.parse(text) : load(text);
  let left = most;
  const pending = [{ value, level: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value: each, level } = next;
    if (--left < 0 || level > MAX_LEVELS)
      throw new Error(`it has more than ${most.toLocaleString('en')} values or ${MAX_LEVELS} levels`);
    if (typeof each !== 'object' || each === null) continue;
    for (const child of Object.values(each)) pending.push({ value: child as unknown, level: level + 1 });
  }
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
