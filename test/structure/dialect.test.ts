import { expect, test } from 'vitest';
import { sources } from './sources.ts';

/** One way to say each thing, where the linter has no rule for it. Type imports are its own. */
const dialect: readonly { readonly rule: string; readonly stranger: RegExp }[] = [
  {
    rule: 'private members are #private, which JavaScript itself keeps',
    stranger: /^\s+(?:private|protected|public) (?!constructor\()/m,
  },
  {
    rule: "variables are read as process.env['NAME']: their names are not ours",
    stranger: /\bprocess\.env\.\w/,
  },
];

const all = sources(
  'command-line',
  'functions',
  'render',
  'cli',
  'worker',
  'generate',
  'package',
  'bench',
  'test',
).filter(({ path }) => path !== 'test/structure/dialect.test.ts');

test.each(dialect)('$rule', ({ stranger }) => {
  const strangers = all.flatMap(({ path, text }) => {
    const found = stranger.exec(text)?.[0].trim();
    return found === undefined ? [] : [`${path}: ${found}`];
  });
  expect(strangers).toEqual([]);
});
