import { needsQuotes } from './plain-scalar.ts';

/** Where a scalar starts, and how far the lines that follow are indented; in characters. */
export interface Position {
  readonly indent: number;
  readonly column: number;
}

const width = 80;

/** What go-yaml can write as it is; everything else is escaped. */
const unprintable = /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u;

/** Text in the style that go-yaml would choose for it: plain, 'single', "double" or literal block. */
export function scalar(text: string, at: Position, key = false): string {
  const style = styleOf(text, key);
  switch (style) {
    case 'plain':
      return key ? text : folded(text, at);
    case 'single': {
      const quoted = text.replaceAll("'", "''");
      return `'${key ? quoted : folded(quoted, { ...at, column: at.column + 1 })}'`;
    }
    case 'double':
      return doubleQuoted(text, at, key);
    case 'literal':
      return literal(text, at.indent);
  }
}

type Style = 'plain' | 'single' | 'double' | 'literal';

function styleOf(text: string, key: boolean): Style {
  const spaceBeforeBreak = / [\n\u2028\u2029]/.test(text);
  const escapes = unprintable.test(text) || spaceBeforeBreak;
  if (text.includes('\n') && !key) return escapes || text.endsWith(' ') ? 'double' : 'literal';
  if (text.includes('\n') || needsQuotes(text) || escapes) return 'double';
  if (/[\u2028\u2029] /.test(text)) return 'double';
  return canBePlain(text) ? 'plain' : 'single';
}

/** Whether no character of a block context would be read as an indicator. */
function canBePlain(text: string): boolean {
  if (/^(---|\.\.\.)/.test(text)) return false;
  if (/^[#,[\]{}&*!|>'"%@`]/.test(text) || /^[?:-]([ \t]|$)/.test(text)) return false;
  if (/:([ \t]|$)/.test(text) || /[ \t\u2028\u2029]#/.test(text)) return false;
  return !/^[ \u2028\u2029]|[ \u2028\u2029]$|[\u2028\u2029]/.test(text);
}

/** Breaks the line at each lone space beyond the width, but never at either end of the text. */
function folded(text: string, { indent, column }: Position): string {
  if (column + text.length <= width) return text;
  const characters = Array.from(text);
  let out = '';
  let here = column;
  characters.forEach((character, i) => {
    const lone = character === ' ' && characters[i - 1] !== ' ' && characters[i + 1] !== ' ';
    if (lone && here > width && i > 0 && i < characters.length - 1) {
      out += `\n${' '.repeat(indent)}`;
      here = indent;
      return;
    }
    out += character;
    here++;
  });
  return out;
}

const escapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function escaped(character: string): string {
  const short = escapes[character];
  if (short !== undefined) return short;
  if (!unprintable.test(character)) return character;
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  if (code.length <= 2) return `\\x${code.padStart(2, '0')}`;
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
}

function doubleQuoted(text: string, { indent, column }: Position, key: boolean): string {
  const characters = Array.from(text);
  let out = '"';
  let here = column + 1;
  characters.forEach((character, i) => {
    const fold =
      character === ' ' && characters[i - 1] !== ' ' && here > width && i > 0 && i < characters.length - 1;
    if (fold && !key) {
      // A space that starts a line would be lost, so the one that follows is escaped.
      const next = characters[i + 1] === ' ' ? '\\' : '';
      out += `\n${' '.repeat(indent)}${next}`;
      here = indent + next.length;
      return;
    }
    const written = escaped(character);
    out += written;
    here += written.length;
  });
  return `${out}"`;
}

function literal(text: string, indent: number): string {
  const hint = /^[ \n]/.test(text) ? '2' : '';
  const chomp = !text.endsWith('\n') ? '-' : text === '\n' || text.endsWith('\n\n') ? '+' : '';
  const lines = text.split('\n').map((line) => (line === '' ? '' : ' '.repeat(indent) + line));
  return `|${hint}${chomp}\n${lines.join('\n')}`;
}
