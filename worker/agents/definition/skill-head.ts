/** Longest head of a skill, in characters. */
const MOST_CHARACTERS = 4096;

/** What begins a value of YAML that is no plain text. */
const SPECIAL = /^[[\]{}&*!|>'"%@`#,?]|^[-:](\s|$)|^(~|null|Null|NULL)$/;

/**
 * What is wrong with the head of a SKILL.md: deepagents leaves out a skill whose head it cannot read, and says so to nobody who could do
 * something about it. A head is fields of YAML between two lines `---`; of YAML it may have texts, in quotes or without, blocks
 * of text, and whatever is indented below a field.
 */
export function skillProblem(text: string, folder: string | undefined): string | undefined {
  const end = text.indexOf('\n---\n');
  if (!/^---\n\S/.test(text) || end === -1)
    return 'expected a head between two lines "---", with name and description, and instructions below';
  const head = text.slice('---\n'.length, end);
  if (head.length > MOST_CHARACTERS) return `expected a head of at most ${MOST_CHARACTERS} characters`;
  const fields = new Map<string, string>();
  for (const line of head.split('\n')) {
    if (/^(\s|#|$)/.test(line)) continue;
    const [, field, value] = /^([\w-]+):(?:$|[ \t]+(.*)$)/.exec(line) ?? [];
    if (field === undefined) return `"${line.slice(0, 100)}" in its head is no field`;
    const read = textOf(value?.trim() ?? '');
    if (read === undefined) return `${field} in its head has to stand in quotes`;
    fields.set(field, read);
  }
  const [name, description] = [fields.get('name'), fields.get('description')];
  if (!name || !description) return 'expected a name and a description in its head';
  return name === folder ? undefined : `its name "${name}" is not that of its folder "${folder}"`;
}

/** The text that a value of YAML stands for, as far as one line says it; undefined when it is none. */
function textOf(value: string): string | undefined {
  if (/^[|>][+-]?$/.test(value)) return value;
  const [, inQuotes] = /^"((?:[^"\\]|\\["\\/nt])*)"$|^'(?:[^']|'')*'$/.exec(value) ?? [];
  if (inQuotes !== undefined) return inQuotes;
  if (/^'(?:[^']|'')*'$/.test(value)) return value.slice(1, -1);
  return SPECIAL.test(value) || /:(\s|$)|\s#/.test(value) ? undefined : value;
}
