import type { JsonObject } from '../../functions/composition/contract.ts';
import { toYaml } from '../../render/yaml/write.ts';

/** Formats that every command has which prints a document for machines. */
const forMachines = ['yaml', 'json'] as const;

/** What the output is read by: a person at a terminal (text), a person in a pull request (markdown), a program. */
export type Format = 'text' | 'markdown' | 'sarif' | (typeof forMachines)[number];

/** Defines the flag by which a command is told its format. */
export function formatFlag<const F extends Format>(formats: readonly F[]) {
  const usage = formats.join('|');
  return {
    short: 'o',
    value: 'FORMAT',
    otherwise: 'text',
    help: `What to print: ${formats.join(', ')}.`,
    read(given: string): F {
      const found = formats.find((each) => each === given);
      if (found !== undefined) return found;
      throw new Error(`expected ${usage}, got "${given}"`);
    },
  } as const;
}

/** A document as text. */
export function documentText(document: JsonObject, format: 'yaml' | 'json'): string {
  return format === 'yaml' ? toYaml(document) : `${JSON.stringify(document, undefined, 2)}\n`;
}

/** A text in a cell of a table, or on a line of its own, of Markdown. */
export function inMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_<>|[\]]/g, String.raw`\$&`).replaceAll('\n', ' ');
}

/** A text as code in Markdown, which may hold backticks itself. */
export function codeInMarkdown(text: string): string {
  if (text === '') return '`""`';
  const fence = text.includes('`') ? '``' : '`';
  const space = fence === '``' ? ' ' : '';
  return `${fence}${space}${text.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ')}${space}${fence}`;
}
