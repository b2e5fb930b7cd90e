import { dirname, resolve } from 'node:path';
import type { Finding } from '../output/findings.ts';
import type { YamlDocument } from '../../render/yaml/read.ts';
import { isMeantAsJson, parseDefinition } from '../../worker/commands/definition-file.ts';
import { readYaml, YamlError } from '../../render/yaml/read.ts';
import { isObject } from '../../functions/composition/schema.ts';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { reasonOf } from '../../command-line/failure.ts';
import { locate } from '../input/yaml-position.ts';

/** A definition as its author wrote it. */
export interface Source {
  readonly file: string;
  readonly document: YamlDocument;
  readonly definition: JsonObject;
}

/** Reads a definition in JSON or YAML, so that what is wrong with it can be shown where it stands. */
export function readSource(file: string, text: string): Source | Finding {
  const json = isMeantAsJson(text);
  if (json) {
    const problem = jsonProblem(text);
    if (problem !== undefined) return { file, path: '', ...problem };
  }
  try {
    // To YAML a tab is no blank; a blank keeps every column.
    const [document, another] = readYaml(json ? text.replaceAll('\t', ' ') : text);
    if (document === undefined) return { file, path: '', message: 'has nothing in it' };
    if (another !== undefined)
      return {
        file,
        path: '',
        place: locate(another, ''),
        message: 'expected one definition, got another document',
      };
    // Kubernetes' YAML says where things stand, and that of agents what they are: in it `y` is a text.
    const value = parseDefinition(text);
    if (!isObject(value)) return { file, path: '', message: 'expected an object in JSON or YAML' };
    return { file, document, definition: value };
  } catch (error) {
    if (!(error instanceof YamlError)) return { file, path: '', message: `is not YAML: ${reasonOf(error)}` };
    const { line, column, message } = error;
    return { file, path: '', place: { line, column }, message: `is not YAML: ${message}` };
  }
}

function jsonProblem(text: string): Pick<Finding, 'place' | 'message'> | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const position = /at position (\d+)/.exec(said)?.[1];
    const before = text.slice(0, position === undefined ? text.length : Number(position)).split('\n');
    const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    return { place, message: `is not JSON: ${said.replace(/ in JSON at position.*| \(line.*$/, '')}` };
  }
}

/** The path of a file that a definition names, seen from where the command was called. */
export function besideDefinition(file: string, path: string): string {
  return resolve(file === '-' ? '.' : dirname(file), path);
}
