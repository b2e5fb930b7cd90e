import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, normalize } from 'node:path';
import { REFUSED } from '../../command-line/exit-code.ts';
import { Failure, reasonOf } from '../../command-line/failure.ts';
import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { readText } from './definition-file.ts';

/** Files of this machine as the files that an agent begins with: each by its name, at the root. */
export async function readFiles(paths: readonly string[]): Promise<JsonObject> {
  const read = paths.map(async (path) => [`/${basename(path)}`, await readText(path)] as const);
  return Object.fromEntries(await Promise.all(read));
}

/** Writes the files of a result below a folder. Throws a Failure when one cannot be written, or would lie elsewhere. */
export async function writeFiles(folder: string, result: JsonObject): Promise<void> {
  const files = result['files'];
  if (!isJsonObject(files)) return;
  for (const [name, file] of Object.entries(files)) {
    const content = isJsonObject(file) ? file['content'] : file;
    const path = normalize(name).replace(/^\/+/, '');
    if (path.startsWith('..')) throw new Failure(`cannot write ${name}: it is not below ${folder}`, REFUSED);
    try {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), textOf(content));
    } catch (error) {
      throw new Failure(`cannot write ${name} to ${folder}: ${reasonOf(error)}`, REFUSED, { cause: error });
    }
  }
}

/** Contents are a text, or its lines. */
function textOf(content: unknown): string {
  return Array.isArray(content) ? content.join('\n') : String(content);
}
