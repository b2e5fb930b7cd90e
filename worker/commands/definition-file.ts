import { readFile } from 'node:fs/promises';
import { type JsonObject, isJsonObject, parseJson } from '../json.ts';
import { describe, refuse } from './exit.ts';

/** The agent definition in a file; ends when there is none. */
export async function readDefinition(file: string): Promise<JsonObject> {
  const text = await readFile(file, 'utf8').catch((error: unknown) =>
    refuse([`cannot read ${file}: ${describe(error)}`]),
  );
  const definition = parseJson(text);
  return isJsonObject(definition) ? definition : refuse([`cannot read ${file}: expected a JSON object`]);
}
