import { expect, test } from 'vitest';
import { knownPatterns, patternWords } from '../../../functions/composition/pattern-words.ts';
import { conform } from '../../../functions/composition/schema.ts';
import type { Json } from '../../../functions/composition/contract.ts';
import { object } from '../../../functions/composition/read.ts';
import { platformSchema } from '../../../functions/kube/platform-schema.ts';
import { kindNames, offerNamed } from '../../claims/offers.ts';

/** Every pattern of a schema, whatever it is a pattern of. */
function patternsIn(value: Json | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(patternsIn);
  const inner = Object.values(object(value)).flatMap(patternsIn);
  const { pattern } = object(value);
  return typeof pattern === 'string' ? [pattern, ...inner] : inner;
}

const used = new Set([
  ...kindNames.flatMap((kind) => patternsIn(object(offerNamed(kind).definition.openApi.properties).spec)),
  ...patternsIn(JSON.parse(JSON.stringify(platformSchema)) as Json),
]);

test('every pattern of a field is told in words, and there are words for no other', () => {
  expect(new Set(knownPatterns)).toEqual(used);
});

/** What the words give as an example: it stands behind `such as`. */
const examples = knownPatterns.flatMap((pattern) => {
  const given = /such as (.*)$/.exec(patternWords(pattern))?.[1] ?? '';
  return given
    .replace(/, .* at its end$/, '')
    .split(/ or |, (?=\d)/)
    .filter((each) => each !== '')
    .map((example) => ({ pattern, example }));
});

test.each(examples)('$example is such a text', ({ pattern, example }) => {
  expect(conform({ type: 'string', pattern }, example, 'spec').problems).toEqual([]);
});

test('a text that does not fit is told what would', () => {
  const schema = { type: 'string', pattern: String.raw`^v[0-9]+\.[0-9]+\.[0-9]+$` } as const;
  expect(conform(schema, '1.39', 'spec.version').problems).toMatchObject([
    { message: 'expected a version such as v1.39.0, got "1.39"' },
  ]);
});
