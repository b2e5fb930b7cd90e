import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** One import of a source file: a path from the root of the repository, or the name of a package. */
export interface Import {
  readonly target: string;
  /** Erased at run time, so it costs and drags in nothing. */
  readonly typeOnly: boolean;
}

export interface Source {
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly Import[];
}

/** Every TypeScript file in these folders, with or without elements of a page, generated ones excepted. */
export function sources(...folders: readonly string[]): Source[] {
  return folders
    .flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root }))
    .filter((path) => !path.endsWith('.gen.ts'))
    .toSorted()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return { path, text, lines: text.split('\n').length - 1, imports: importsOf(path, text) };
    });
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

export function filesIn(pattern: string): string[] {
  return globSync(pattern, { cwd: root }).toSorted();
}

function importsOf(path: string, text: string): Import[] {
  const statements = text.matchAll(
    /^(?:import|export)\s+(type\s)?[^;]*?from\s+'([^']+)'|import\('([^']+)'\)/gm,
  );
  return [...statements].map(([, type, statically = '', lazily]) => {
    const specifier = lazily ?? statically;
    const target = specifier.startsWith('.')
      ? relative('.', normalize(join(dirname(path), specifier)))
      : specifier;
    return { target, typeOnly: type !== undefined };
  });
}

/** Whether a source has a string, such as the name of a test, in either kind of quotation marks. */
export function hasString(source: string, text: string): boolean {
  return [`'${text}'`, `"${text}"`].some((quoted) => source.includes(quoted));
}
