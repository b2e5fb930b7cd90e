import { dirname } from 'node:path';
import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { at, list, object, text } from '../../functions/composition/read.ts';
import { isObject } from '../../functions/composition/schema.ts';
import { readYaml } from '../../render/yaml/read.ts';

/**
 * The Applications that an ApplicationSet with a git-files generator makes of a repository: the rules of Argo CD, as
 * far as ours needs them. https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-Git/
 *
 * @param files the repository's files by path
 * @throws where the template asks for what a file does not have
 */
export function expand(applicationSet: JsonObject, files: ReadonlyMap<string, string>): JsonObject[] {
  const { template, templatePatch, generators } = object(applicationSet.spec);
  return list(generators).flatMap((generator) => {
    const git = object(object(generator).git);
    const patterns = list(git.files).map((file) => globPattern(text(object(file).path)));
    return [...files]
      .filter(([path]) => patterns.some((pattern) => pattern.test(path)))
      .map(([path, content]) => parameters(path, content, text(git.pathParamPrefix)))
      .map((found) =>
        merged(
          object(mapped(template ?? null, (each) => fillIn(each, found))),
          object(readYaml(fillIn(text(templatePatch), found))[0]?.value ?? {}),
        ),
      );
  });
}

function globPattern(glob: string): RegExp {
  return new RegExp(`^${glob.replaceAll('.', String.raw`\.`).replaceAll('*', '[^/]*')}$`);
}

/** What is in the file, and where it is: under `path`, which hides a key of that name, or under a prefix. */
function parameters(path: string, content: string, prefix: string): JsonObject {
  const place = { path: dirname(path), filename: path.split('/').at(-1) ?? '' };
  const own = prefix === '' ? { path: place } : { [prefix]: { path: place } };
  return { ...object(readYaml(content)[0]?.value), ...own };
}

/** As much of Go's templates as ours uses: `{{ .key }}`, and `{{- if hasKey . "key" }}` to `{{- end }}`. */
function fillIn(template: string, found: JsonObject): string {
  return template
    .replaceAll(
      /\s*\{\{- if hasKey \. "(\w+)" \}\}([\s\S]*?)\s*\{\{- end \}\}/g,
      (_all, key: string, body: string) => (Object.hasOwn(found, key) ? body : ''),
    )
    .replaceAll(/\{\{ (.*?) \}\}/g, (_all, expression: string) => {
      const value = at(found, ...expression.split('.').slice(1));
      if (!expression.startsWith('.') || value === undefined) throw new Error(`there is no ${expression}`);
      return typeof value === 'string' ? value : `map${JSON.stringify(value)}`;
    });
}

function mapped(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each) => mapped(each, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapped(each, change)]));
}

/** A strategic merge of objects; null removes. */
function merged(base: JsonObject, patch: JsonObject): JsonObject {
  const result = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = isObject(value) ? merged(object(result[key]), value) : value;
  }
  return result;
}
