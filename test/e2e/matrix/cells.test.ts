import { expect, test } from 'vitest';
import { read } from '../../structure/sources.ts';
import { parseOtherVersions, versions } from '../../tools/pins.ts';
import { cellNames, cells, variableOf } from './cells.ts';
import type { Cell } from './cells.ts';

const told: [string, Cell][] = Object.entries(cells);

test.each(told)('%s is not what is pinned', (_, cell) => {
  const pinned = new Map<string, unknown>(Object.entries(versions));
  const same = Object.entries(cell.versions).filter(([name, version]) => pinned.get(name) === version);
  expect(same).toEqual([]);
  expect(Object.keys(cell.versions).length + cell.parts.length).toBeGreaterThan(0);
});

test.each(told)('%s reaches the processes that make its node', (_, cell) => {
  expect(parseOtherVersions(variableOf(cell))).toEqual(cell.versions);
});

test.each([
  { given: 'kubernets=1.34.4', reason: 'there is no such name' },
  { given: 'keda=', reason: 'there is no version' },
  { given: 'keda', reason: 'there is no version' },
  { given: 'postgres16=1', reason: 'it is more than one version' },
])('$given is refused, as $reason', ({ given }) => {
  expect(() => parseOtherVersions(`crossplane=2.4.0,${given}`)).toThrow(
    new RegExp(`expected NAME=VERSION, .*, got ${given}$`),
  );
});

test('the scheduled workflow tells every cell', () => {
  expect(read('.github/workflows/versions.yaml')).toContain(`cell: [${cellNames.join(', ')}]`);
});

test.each(told)('%s is what docs/versions.md says', (name, cell) => {
  const { kubernetes, cloudnativePg, keda } = { ...versions, ...cell.versions };
  const columns = [`\`${name}\``, kubernetes, cloudnativePg, keda].map((column) => `\\| ${column} +`);
  expect(read('docs/versions.md')).toMatch(new RegExp(`^${columns.join('')}\\|`, 'm'));
});
