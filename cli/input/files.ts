import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { closest } from '../../command-line/closest.ts';
import type { Finding } from '../output/findings.ts';
import { reasonOf } from '../../command-line/failure.ts';
import { isObject } from '../../functions/composition/schema.ts';
import type { YamlDocument } from '../../render/yaml/read.ts';
import { readYaml, YamlError } from '../../render/yaml/read.ts';

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

/** Larger than any object that a cluster can store. */
const largest = 16 * 2 ** 20;

const stdin = '-';

/**
 * Every YAML file that the arguments name; folders are searched to the bottom, `-` is the standard input. What is found in a
 * folder, cannot be read, and has none of these words in it, is skipped: whole repositories have templates of Helm and files with
 * tags of other programs.
 *
 * @param isNamed whether a file counts as named, wherever it was found
 */
export async function readFiles(
  paths: readonly string[],
  words?: readonly string[],
  isNamed: (path: string) => boolean = () => false,
): Promise<Read> {
  const found = await Promise.all(paths.map(expand));
  const names = [...new Set(found.flatMap(({ files }) => files))];
  const sources = await Promise.all(
    names.map(async (path) => {
      const named = paths.includes(path) || isNamed(path);
      return sourceOf(path, await textOf(path), named, words);
    }),
  );
  const read = joined(sources);
  return { ...read, findings: [...found.flatMap(({ findings }) => findings), ...read.findings] };
}

/** One file as it is to be counted. */
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
 * words any object is welcome, and none is no mistake: a cluster may have had nothing to say.
 */
export function sourceOf(
  path: string,
  text: string | Error,
  named: boolean,
  words?: readonly string[],
): Read {
  const ours =
    named || words === undefined || words.some((word) => typeof text === 'string' && text.includes(word));
  const failed = (finding: Omit<Finding, 'file' | 'path'>, what: string): Read =>
    ours ? { ...nothing, findings: [{ file: path, path: '', ...finding }] } : { ...nothing, skipped: [what] };
  if (text instanceof Error) return failed({ message: `cannot be read: ${reasonOf(text)}` }, 'unreadable');
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

async function textOf(path: string): Promise<string | Error> {
  return readText(path).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  );
}

async function expand(path: string): Promise<{ files: string[]; findings: Finding[] }> {
  if (path === stdin) return { files: [stdin], findings: [] };
  try {
    const found = await stat(path);
    if (!found.isDirectory()) return { files: [path], findings: [] };
    const files = await yamlFilesIn(path);
    return files.length > 0
      ? { files, findings: [] }
      : { files, findings: [{ file: path, path: '', message: 'has no YAML file in it' }] };
  } catch (error) {
    const message = `cannot be read: ${reasonOf(error)}${await nearby(path)}`;
    return { files: [], findings: [{ file: path, path: '', message }] };
  }
}

/** What lies beside a path that is not there and is nearly called so. */
async function nearby(path: string): Promise<string> {
  const names: readonly string[] = await readdir(dirname(path)).catch(() => []);
  const meant = names.includes(basename(path)) ? undefined : closest(basename(path), names);
  return meant === undefined ? '' : `; did you mean ${join(dirname(path), meant)}?`;
}

/** Hidden folders and node_modules hold no claims. */
async function yamlFilesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = await Promise.all(
    entries
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(async (entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory())
          return entry.name.startsWith('.') || entry.name === 'node_modules' ? [] : yamlFilesIn(path);
        return /\.ya?ml$/.test(entry.name) ? [path] : [];
      }),
  );
  return nested.flat();
}

async function readText(path: string): Promise<string> {
  if (path === stdin) return decodeText(await readStdin());
  const found = await stat(path);
  if (!found.isFile() && !found.isFIFO()) throw new Error('it is neither a file nor a pipe');
  if (found.size > largest) throw new Error(`it is larger than ${largest / 2 ** 20} MiB`);
  return decodeText(await readFile(path));
}

/** Text as Kubernetes takes it. Throws for what is not UTF-8. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Error('it is not text in UTF-8', { cause: error });
  }
}

async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > largest) throw new Error(`it is larger than ${largest / 2 ** 20} MiB`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
