import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { at, object } from '../../functions/composition/read.ts';
import { conform, isObject } from '../../functions/composition/schema.ts';
import { offerOf } from '../../render/platform.ts';
import { unknownFields } from '../../render/schema/unknown-fields.ts';
import { readYaml } from '../../render/yaml/read.ts';
import { goldenCases, orphanedGoldens, platform, renderExample, root } from './cases.ts';

const cases = await goldenCases();

test('every kind has an example', () => {
  expect(new Set(cases.map(({ name }) => name.split('/')[0])).size).toBeGreaterThanOrEqual(3);
});

test.each(cases)('$name becomes its golden file; `npm run golden` rewrites it', async (each) => {
  const [rendered, golden] = await Promise.all([
    renderExample(each),
    readFile(join(root, each.golden), 'utf8').catch(
      () => 'There is no golden file; `npm run golden` writes it.',
    ),
  ]);
  expect(rendered).toBe(golden);
});

test.each(cases)('$name gives the same bytes each time', async (each) => {
  expect(await renderExample(each)).toBe(await renderExample(each));
});

test.each(cases)('$name writes no status but what the XRD declares', async (each) => {
  const [claim] = readYaml(await renderExample(each));
  const offer = isObject(claim?.value) ? offerOf(platform, claim.value) : undefined;
  if (offer === undefined) throw new Error('the first document is not the claim');
  const { conditions: _, ...status } = object(at(claim?.value, 'status'));
  const declared = offer.definition.status;
  expect(unknownFields(declared, status, 'status')).toEqual([]);
  expect(conform(declared, status, 'status').problems).toEqual([]);
});

test('no golden file is left of an example that is gone; `npm run golden` removes it', async () => {
  expect(await orphanedGoldens()).toEqual([]);
});
