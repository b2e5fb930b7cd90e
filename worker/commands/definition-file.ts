import { readFile } from 'node:fs/promises';
import { REFUSED } from '../../command-line/exit-code.ts';
import { Failure, reasonOf } from '../../command-line/failure.ts';
import { isJsonObject, parseJson } from '../json.ts';
import type { JsonObject } from '../json.ts';

/** The agent definition in a file. Throws a Failure when there is none. */
export async function readDefinition(file: string): Promise<JsonObject> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Failure(`cannot read ${file}: ${reasonOf(error)}`, REFUSED, { cause: error });
  });
  const definition = parseJson(text);
  if (isJsonObject(definition)) return definition;
  throw new Failure(`cannot read ${file}: expected a JSON object`, REFUSED);
}
