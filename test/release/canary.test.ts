import { load, loadAll } from 'js-yaml';
import { expect, test } from 'vitest';
import { filesIn, read } from '../structure/sources.ts';

test('the canary has a Composition of each kind, which calls the other function and differs in nothing else', () => {
  const canary = read('package/install/canary/compositions.yaml');
  const back = canary
    .replaceAll('-canary', '')
    .replaceAll(/ {2}labels:\n {4}zerotouch.bizmatters.io\/channel: canary\n/g, '');
  const own = filesIn('compositions/*.yaml').map((path) => load(read(path)));
  expect(loadAll(back)).toEqual(own);
  expect(canary.match(/channel: canary/g)).toHaveLength(own.length);
});
