import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { resolvePlain } from '../../render/yaml/plain-scalar.ts';
import { readYaml, YamlError } from '../../render/yaml/read.ts';
import { toYaml } from '../../render/yaml/write.ts';

interface Recorded {
  readonly reason: string;
  readonly value: JsonObject;
  readonly yaml: readonly string[];
}

/** What sigs.k8s.io/yaml v1.6.0 on go.yaml.in/yaml/v2 v2.4.4 wrote for these values. */
const recorded = JSON.parse(
  readFileSync(new URL('recorded-yaml.json', import.meta.url), 'utf8'),
) as readonly Recorded[];

test.each(recorded)('writes as Go does: $reason', ({ value, yaml }) => {
  expect(toYaml(value).split('\n')).toEqual(yaml);
});

test.each(recorded)('reads back what it wrote: $reason', ({ value }) => {
  // Keys with line breaks are written as Go writes them; readers take them for text all the same.
  expect(readYaml(toYaml(value))[0]?.value).toEqual(value);
});

test('a key that would merge a mapping is written as the text that it is', () => {
  expect(readYaml(toYaml({ '<<': 'a', b: '<<' }))[0]?.value).toEqual({ '<<': 'a', b: '<<' });
});

test('whatever is written is read back as it was', () => {
  const json = fc.letrec<{ value: Json; leaf: Json }>((tie) => ({
    leaf: fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom(' ', '\n', 'a', "'", '"', ':', '#', '-', '0', '1', '.', '\t', '\\', '|'),
      }),
      fc.lorem({ maxCount: 40 }),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
      fc.boolean(),
      fc.constant(null),
    ),
    value: fc.oneof(
      { maxDepth: 5 },
      tie('leaf'),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.string({ maxLength: 140 }), tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(fc.string(), json.value, { maxKeys: 5, noNullPrototype: true }), (value) => {
      expect(readYaml(toYaml(value))[0]?.value).toEqual(value);
    }),
    { numRuns: 500 },
  );
});

describe('a plain word means what it means to kubectl', () => {
  const cases: { word: string; value: Json }[] = [
    { word: 'yes', value: true },
    { word: 'y', value: true },
    { word: 'off', value: false },
    { word: 'Null', value: null },
    { word: '~', value: null },
    { word: '', value: null },
    { word: '017', value: 15 },
    { word: '0o17', value: 15 },
    { word: '08', value: 8 },
    { word: '0x1F', value: 31 },
    { word: '-0b11', value: -3 },
    { word: '1_000', value: 1000 },
    { word: '1e3', value: 1000 },
    { word: '.5', value: 0.5 },
    { word: '+12', value: 12 },
    { word: '99999999999999999999', value: 1e20 },
    { word: '0xFFFFFFFFFFFFFFFF', value: 2 ** 64 },
    { word: '0x10000000000000000', value: '0x10000000000000000' },
    { word: '1.2.3', value: '1.2.3' },
    { word: '12:30', value: '12:30' },
    { word: '2024-02-29', value: '2024-02-29' },
    { word: '100m', value: '100m' },
    { word: 'yes please', value: 'yes please' },
  ];
  test.each(cases)('$word', ({ word, value }) => {
    expect(resolvePlain(word).value).toBe(value);
    expect(readYaml(`a: ${word}`)[0]?.value).toEqual({ a: value });
  });
});

describe('what is no YAML says so, with its place', () => {
  const cases = [
    { reason: 'a list that is not closed', source: 'a: [1', says: 'unexpected end', line: 1, column: 6 },
    { reason: 'a key twice', source: 'a: 1\nb: 2\na: 3', says: 'duplicated mapping key', line: 3, column: 1 },
    { reason: 'an alias of nothing', source: 'a: *b', says: 'unidentified alias', line: 1, column: 5 },
    { reason: 'a tab that indents', source: 'a:\n\tb: 1', says: 'tab', line: 2, column: 1 },
    {
      reason: 'deep nesting',
      source: '['.repeat(2000),
      says: 'nested more than 100 levels',
      line: 1,
      column: 100,
    },
    { reason: 'a tag that is not ours', source: 'a: !!python/object x', says: 'unknown', line: 1, column: 4 },
  ];
  test.each(cases)('$reason', ({ source, says, line, column }) => {
    expect(mistakeIn(source)).toEqual({ message: expect.stringContaining(says) as string, line, column });
  });
});

function mistakeIn(source: string) {
  try {
    return readYaml(source);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return { message: error.message, line: error.line, column: error.column };
  }
}

describe('aliases that stand for very much', () => {
  test('few words that would be millions of values', () => {
    const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]'];
    for (let i = 1; i < 8; i++) lines.push(`a${i}: &a${i} [${`*a${i - 1},`.repeat(10)}]`);
    expect(() => readYaml(lines.join('\n'))).toThrow('expand to more than');
  });
  test('an alias inside of what it stands for', () => {
    expect(() => readYaml('a: &a\n  b: *a')).toThrow('expand to more than');
  });
  test('ordinary ones are followed', () => {
    expect(readYaml('a: &a {b: 1}\nc: *a\nd:\n  <<: *a\n  e: 2')[0]?.value).toEqual({
      a: { b: 1 },
      c: { b: 1 },
      d: { b: 1, e: 2 },
    });
  });
});

test('documents without a word are left out', () => {
  expect(readYaml('---\n---\n# nothing\n---\na: 1\n---\nnull\n').map(({ value }) => value)).toEqual([
    { a: 1 },
    null,
  ]);
});
