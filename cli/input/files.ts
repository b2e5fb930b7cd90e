import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../output/findings.ts';
import { reasonOf } from '../../command-line/failure.ts';
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
}

/** Larger than any object that a cluster can store. */
const largest = 16 * 2 ** 20;

const stdin = '-';

/** Every YAML file that the arguments name; folders are searched to the bottom, `-` is the standard input. */
export async function readFiles(paths: readonly string[]): Promise<Read> {
  const found = await Promise.all(paths.map(expand));
  const files = await Promise.all([...new Set(found.flatMap(({ files }) => files))].map(readSource));
  return {
    files: files.flatMap(({ file }) => (file === undefined ? [] : [file])),
    findings: [...found.flatMap(({ findings }) => findings), ...files.flatMap(({ findings }) => findings)],
  };
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
    return { files: [], findings: [{ file: path, path: '', message: `cannot be read: ${reasonOf(error)}` }] };
  }
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

async function readSource(path: string): Promise<{ file?: SourceFile; findings: Finding[] }> {
  try {
    return { file: { path, documents: readYaml(await readText(path)) }, findings: [] };
  } catch (error) {
    if (!(error instanceof YamlError))
      return { findings: [{ file: path, path: '', message: `cannot be read: ${reasonOf(error)}` }] };
    const { line, column, message } = error;
    return {
      findings: [{ file: path, place: { line, column }, path: '', message: `is not YAML: ${message}` }],
    };
  }
}

async function readText(path: string): Promise<string> {
  if (path === stdin) return decodeText(await readStdin());
  const found = await stat(path);
  if (!found.isFile() && !found.isFIFO()) throw new Error('it is neither a file nor a pipe');
  if (found.size > largest) throw new Error(`it is larger than ${largest / 2 ** 20} MiB`);
  return decodeText(await readFile(path));
}

/** Text as Kubernetes takes it. Throws for what is not UTF-8. */
export function decodeText(bytes: Uint8Array): string {
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
