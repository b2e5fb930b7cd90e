import { isJsonObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { Problem } from '../../ports.ts';

/** The text of each file in the state, whichever of deepagents' two formats it is kept in. */
export function fileTexts(files: Json | undefined): Readonly<Record<string, string>> {
  if (!isJsonObject(files)) return {};
  const texts = Object.entries(files).flatMap(([path, file]) => {
    const text = fileText(file);
    return text === undefined ? [] : [[path, text] as const];
  });
  return Object.fromEntries(texts);
}

function fileText(file: Json): string | undefined {
  if (!isJsonObject(file)) return undefined;
  const { content } = file;
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  return content.map((line) => (typeof line === 'string' ? line : '')).join('\n');
}

/**
 * Files as the state takes them: `{content: lines, created_at, modified_at}` for each path, null for a file to be deleted. They
 * are given as texts, lists of lines, or in the format itself. What cannot be taken is added to `problems`.
 */
export function filesUpdate(given: Json, path: string, now: Date, problems: Problem[]): JsonObject {
  if (!isJsonObject(given)) {
    problems.push({ path, message: 'expected an object of paths and texts' });
    return {};
  }
  const at = now.toISOString();
  const members = Object.entries(given).flatMap(([given, file]) => {
    const here = `${path}["${given}"]`;
    const name = absolutePath(given);
    if (!isPath(name)) problems.push({ path: here, message: 'a path has no "..", "~" or "//"' });
    const lines = linesOf(file);
    if (lines === undefined)
      problems.push({ path: here, message: 'expected a text, a list of lines, or null' });
    if (lines === undefined || !isPath(name)) return [];
    return [[name, lines === null ? null : { content: lines, ...times(file, at) }] as const];
  });
  return Object.fromEntries(members);
}

/** The path from the one folder that there is: `a.md` and `./a.md` are `/a.md`. */
export function absolutePath(path: string): string {
  if (path.startsWith('/')) return path;
  return path === '.' || path === '' ? '/' : `/${path.replace(/^(\.\/+)+/, '')}`;
}

/** Same as deepagents' rule for the paths that its file tools take. */
function isPath(name: string): boolean {
  return name.startsWith('/') && !/(^|\/)\.\.(\/|$)|~|\/\/|\0/.test(name);
}

function linesOf(file: Json): string[] | null | undefined {
  if (file === null) return null;
  if (typeof file === 'string') return file.split('\n');
  if (isJsonObject(file) && 'content' in file)
    return file['content'] === null ? undefined : linesOf(file['content'] ?? null);
  if (!Array.isArray(file)) return undefined;
  const lines = file.filter((line) => typeof line === 'string');
  return lines.length === file.length ? lines : undefined;
}

function times(file: Json, now: string): JsonObject {
  const created = isJsonObject(file) ? file['created_at'] : undefined;
  const modified = isJsonObject(file) ? file['modified_at'] : undefined;
  return {
    created_at: typeof created === 'string' ? created : now,
    modified_at: typeof modified === 'string' ? modified : now,
  };
}
