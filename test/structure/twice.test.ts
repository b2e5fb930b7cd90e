import { expect, test } from 'vitest';
import { sources } from './sources.ts';

/** So many lines that are the same to the letter are one thing that stands twice. */
const LINES = 6;

interface Line {
  readonly number: number;
  readonly code: string;
}

/** Lines that say something: no imports, which say what is used, no comments, and no brackets alone. */
function codeOf(text: string): Line[] {
  const bare = text.replaceAll(/^import [^;]*;|^ *\/\*[^]*?\*\/|^ *\/\/.*/gm, (passed) =>
    passed.replaceAll(/[^\n]/g, ''),
  );
  return bare
    .split('\n')
    .map((line, at) => ({ number: at + 1, code: line.trim() }))
    .filter(({ code }) => /\w/.test(code));
}

test('nothing stands twice', () => {
  const first = new Map<string, string>();
  const twice: string[] = [];
  for (const { path, text } of sources(
    '{bench,cli,command-line,functions,generate,package,render,test,worker}',
  )) {
    const lines = codeOf(text);
    for (const [at, { number }] of lines.entries()) {
      const run = lines.slice(at, at + LINES).map(({ code }) => code);
      if (run.length < LINES) break;
      const [place, key] = [`${path}:${number}`, run.join('\n')];
      const before = first.get(key);
      if (before === undefined) first.set(key, place);
      else twice.push(`${place} says what ${before} says`);
    }
  }
  expect(twice).toEqual([]);
});
