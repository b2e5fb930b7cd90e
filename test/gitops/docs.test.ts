import { expect, test } from 'vitest';
import { at, list, text } from '../../functions/composition/read.ts';
import { app, components, document, objectsIn, read, strings, tenants, waveOf } from './repositories.ts';

const page = read('docs/gitops.md');

test('the page lists every parameter that the application reads, and no other', () => {
  const listed = page.match(/^\| `\/zerotouch\/\S+`/gm) ?? [];
  const needed = objectsIn(`${app}/platform/base`)
    .filter(({ kind }) => kind === 'ExternalSecret')
    .flatMap((each) => list(at(each, 'spec', 'data')))
    .map((entry) => `| \`${text(at(entry, 'remoteRef', 'key'))}\``);
  expect(listed.toSorted()).toEqual(needed.toSorted());
});

test('the page has every wave of the root', () => {
  const listed = [...page.matchAll(/^\| (\d+) +\|/gm)].map(([, wave]) => Number(wave));
  const waves = components().map(({ component }) => waveOf(component));
  expect(listed).toEqual([...new Set(waves)].toSorted((a, b) => a - b));
});

test('the page names a namespace as the registry has it', () => {
  const [namespace] = strings(document(`${tenants}/tenants/bizmatters/config.yaml`).namespaces);
  expect(page).toContain(`\`${namespace}\``);
});
