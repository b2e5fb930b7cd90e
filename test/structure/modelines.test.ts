import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { expect, test } from 'vitest';
import type { Json } from '../../functions/composition/contract.ts';
import { offerOf } from '../../render/platform.ts';
import { object } from '../../functions/composition/read.ts';
import { schemaPath } from '../../render/schema/json-schema.ts';
import { platform } from '../claims/offers.ts';
import { filesIn, read } from './sources.ts';

const kinds = platform.offers.map(({ definition }) => `kind: ${definition.kind}\n`);

const claims = filesIn('examples/**/*.yaml').flatMap((path) => {
  const isNone = !kinds.some((kind) => read(path).includes(kind));
  if (isNone || /\.(observed|required)\.yaml$/.test(path)) return [];
  const offers = (loadAll(read(path)) as Json[]).flatMap((each) => offerOf(platform, object(each)) ?? []);
  return offers.map(({ definition }) => ({ path, schema: `schemas/${schemaPath(definition)}` }));
});

test.each(claims)('$path tells editors its schema', ({ path, schema }) => {
  const [, given = ''] = /^# yaml-language-server: \$schema=(\S+)$/m.exec(read(path)) ?? [];
  expect(join(path, '..', given)).toBe(schema);
});
