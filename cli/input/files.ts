import { isObject } from '../../functions/composition/schema.ts';
import type { YamlDocument } from '../../render/yaml/read.ts';
import { readYaml, YamlError } from '../../render/yaml/read.ts';
import { reasonOf } from '../../command-line/failure.ts';
import { NotText, readText } from '../../command-line/read-text.ts';
import type { Finding } from '../output/findings.ts';
import { searched, templatesAmong } from './search.ts';

/** A file as far as it could be read. */
export interface SourceFile {
  readonly path: string;
  readonly documents: readonly YamlDocument[];
}

export interface Read {
  readonly files: readonly SourceFile[];
  readonly findings: readonly Finding[];
  /** What a folder holds beside claims and cannot be read as one, each by what it is, to be counted. */
  readonly skipped: readonly string[];
}

/** How files are searched and read. */
export interface Reading {
  /**
   * What is found in a folder, cannot be read, and has none of these words in it, is skipped: whole repositories have templates of
   * Helm and files with tags of other programs. Without words any object is welcome.
   */
  readonly words?: readonly string[];
  /** Whether a file counts as named, wherever it was found. */
  readonly isNamed?: (path: string) => boolean;
  /** Patterns, as in a .gitignore, of what is not looked at in folders. */
  readonly ignore?: readonly string[];
}

/** So many files are open at once: a system lets a process have a thousand, and a repository has more. */
const openAtOnce = 64;

/** Every YAML file that the arguments name; folders are searched to the bottom, `-` is the standard input. */
export async function readFiles(
  paths: readonly string[],
  { words, isNamed = () => false, ignore = [] }: Reading = {},
): Promise<Read> {
  const found = await Promise.all(paths.map((path) => searched(path, ignore)));
  const names = [...new Set(found.flatMap(({ files }) => files))];
  const isTemplate = templatesAmong(names);
  const sources: Read[] = [];
  for (let first = 0; first < names.length; first += openAtOnce) {
    const reading = names.slice(first, first + openAtOnce).map(async (path) => {
      const named = paths.includes(path) || isNamed(path);
      return sourceOf(path, await textOf(path), named, words && isTemplate(path) ? [] : words);
    });
    sources.push(...(await Promise.all(reading)));
  }
  const read = joined(sources);
  return { ...read, findings: [...found.flatMap(({ findings }) => findings), ...read.findings] };
}

/** Several files as they are to be counted. */
export function joined(sources: readonly Read[]): Read {
  return {
    files: sources.flatMap(({ files }) => files),
    findings: sources.flatMap(({ findings }) => findings),
    skipped: sources.flatMap(({ skipped }) => skipped),
  };
}

const nothing: Read = { files: [], findings: [], skipped: [] };

/**
 * A text as the documents in it, or why it cannot be; skipped when nobody named it and it has none of these words in it. Without
 * words none is no mistake: a cluster may have had nothing to say.
 */
export function sourceOf(
  path: string,
  text: string | Error,
  named: boolean,
  words?: readonly string[],
): Read {
  const asked = named || words === undefined;
  if (text instanceof Error) return unread(path, text, named, asked || isOurs(text, words));
  const ours = asked || words.some((word) => text.includes(word));
  const failed = (finding: Omit<Finding, 'file' | 'path'>, what: string): Read =>
    ours ? { ...nothing, findings: [{ file: path, path: '', ...finding }] } : { ...nothing, skipped: [what] };
  try {
    const documents = readYaml(text);
    if (documents.length === 0 && words !== undefined)
      return failed({ message: 'has nothing in it' }, 'empty');
    const objects = documents.filter(({ value }) => ours || isObject(value));
    return {
      ...nothing,
      files: [{ path, documents: objects }],
      skipped: documents.slice(objects.length).map(() => 'not an object'),
    };
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    const { line, column, message } = error;
    const what = text.includes('{{') ? 'template' : 'not YAML';
    return failed({ place: { line, column }, message: `is not YAML: ${message}` }, what);
  }
}

/** Whether a file that nobody named might hold claims for all that is known: it may not be read, or its bytes speak of them. */
function isOurs(error: Error, words: readonly string[]): boolean {
  if (error instanceof NotText) return words.some((word) => error.guess.includes(word));
  return 'code' in error && error.code !== 'ENOENT' && error.code !== 'ELOOP';
}

function unread(path: string, error: Error, named: boolean, told: boolean): Read {
  if (!told) return { ...nothing, skipped: ['unreadable'] };
  const call = named && !(error instanceof NotText) ? { call: true as const } : {};
  const message = `cannot be read: ${reasonOf(error)}`;
  return { ...nothing, findings: [{ file: path, path: '', message, ...call }] };
}

async function textOf(path: string): Promise<string | Error> {
  return readText(path).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  );
}
