import { load, YAMLException } from 'js-yaml';
import { isJsonObject } from '../../json.ts';
import type { Json } from '../../json.ts';

/** Longest head of a skill, in characters. */
const MOST_CHARACTERS = 4096;

const NO_HEAD = 'expected a head between two lines "---", with name and description, and instructions below';

/**
 * What is wrong with the head of a SKILL.md, which is YAML: deepagents leaves out a skill whose head it cannot read, and says so to
 * nobody who could do something about it.
 */
export function skillProblem(text: string, folder: string | undefined): string | undefined {
  const end = text.search(/\n---\r?\n/);
  if (!/^---\r?\n\S/.test(text) || end === -1) return NO_HEAD;
  const head = text.slice(text.indexOf('\n') + 1, end);
  if (head.length > MOST_CHARACTERS) return `expected a head of at most ${MOST_CHARACTERS} characters`;
  const fields = fieldsOf(head);
  if (typeof fields === 'string') return fields;
  const { name, description } = fields;
  if (!name || !description) return 'expected a name and a description in its head';
  return name === folder
    ? undefined
    : `its name ${JSON.stringify(name)} is not that of its folder "${folder}"`;
}

/** The fields of a head, or why there are none. */
function fieldsOf(head: string): { readonly name?: Json; readonly description?: Json } | string {
  try {
    const fields = load(head) as Json;
    return isJsonObject(fields) ? fields : NO_HEAD;
  } catch (error) {
    const why = error instanceof YAMLException ? error.reason : String(error);
    return `its head is not YAML, in which a text with ": " stands in quotes: ${why}`;
  }
}
