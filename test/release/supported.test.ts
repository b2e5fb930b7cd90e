import { expect, test } from 'vitest';
import { read } from '../structure/sources.ts';
import { versions } from '../tools/pins.ts';

/** What a claim needs, as the table of docs/install.md begins its rows. */
const supported = {
  'Kubernetes with': versions.kubernetes,
  Crossplane: versions.crossplane,
  CloudNativePG: versions.cloudnativePg,
  'its Barman Cloud plugin': versions.barmanPlugin,
  'the Prometheus operator': versions.prometheusOperator,
  'the Dragonfly operator': versions.dragonflyOperator,
  KEDA: versions.keda,
  NATS: versions.nats,
  NACK: versions.nack,
};

const rows = [...read('docs/install.md').matchAll(/^\| (\S.+?) +\|.*\| ([\d.]+) +\|$/gm)];

test('every row of what must be there is tried', () => {
  expect(rows).toHaveLength(Object.keys(supported).length);
});

test.each(Object.entries(supported))(
  '%s is tried in the version that docs/install.md says',
  (what, version) => {
    const told = rows.find(([, first = '']) => first.startsWith(what))?.[2];
    expect(told).toBe(version);
  },
);
