import { expect, test } from 'vitest';
import { cells } from '../e2e/matrix/cells.ts';
import type { Cell } from '../e2e/matrix/cells.ts';
import { read } from '../structure/sources.ts';
import { versions } from '../tools/pins.ts';
import type { OtherVersions } from '../tools/pins.ts';

/** What a claim needs, as the table of docs/install.md begins its rows, and which of the pins it is. */
const supported: Readonly<Record<string, keyof OtherVersions>> = {
  'Kubernetes with': 'kubernetes',
  Crossplane: 'crossplane',
  CloudNativePG: 'cloudnativePg',
  'its Barman Cloud plugin': 'barmanPlugin',
  'the Prometheus operator': 'prometheusOperator',
  'the Dragonfly operator': 'dragonflyOperator',
  KEDA: 'keda',
  NATS: 'nats',
  NACK: 'nack',
};

const rows = [...read('docs/install.md').matchAll(/^\| (\S.+?) +\|[^|]*\| ([\d.]+) +\| ([\d., ]*?) *\|$/gm)];

test('every row of what must be there is tried', () => {
  expect(rows).toHaveLength(Object.keys(supported).length);
});

test.each(Object.entries(supported))('%s is tried in the versions that docs/install.md says', (what, pin) => {
  const row = rows.find(([, first = '']) => first.startsWith(what));
  const others = Object.values<Cell>(cells).flatMap((cell) => cell.versions[pin] ?? []);
  expect(row?.slice(2)).toEqual([versions[pin], others.join(', ')]);
});
