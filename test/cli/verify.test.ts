import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readYaml } from '../../render/yaml/read.ts';
import { readFile } from 'node:fs/promises';
import { at, list, object, text } from '../../functions/composition/read.ts';
import { checksMarkdown, drawChecks } from '../../cli/output/checks.ts';
import { widthOf } from '../../cli/output/wrap.ts';
import type { Check } from '../../cli/verify/check.ts';
import { operators } from '../../cli/verify/operators.ts';
import { isAtLeast, leastCrossplane, leastKubernetes, tagOf } from '../../cli/verify/versions.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFile(join(root, path), 'utf8');

test.each([
  { version: 'v2.4.0', least: '2.4', want: true },
  { version: 'v2.4.0-rc.1', least: '2.4', want: true },
  { version: 'v2.10.0', least: '2.4', want: true },
  { version: 'v2.3.9', least: '2.4', want: false },
  { version: 'v1.20.0', least: '2.4', want: false },
  { version: 'v1.35.3+k3s1', least: '1.30', want: true },
  { version: 'v0.1.0', least: 'v0.1.1', want: false },
  { version: 'latest', least: '2.4', want: undefined },
  { version: 'sha256:abc', least: '2.4', want: undefined },
])('$version is at least $least: $want', ({ version, least, want }) => {
  expect(isAtLeast(version, least)).toBe(want);
});

test.each([
  { reference: 'ghcr.io/x/zerotouch:v0.1.0', want: 'v0.1.0' },
  { reference: 'registry.example:5000/x/zerotouch:v0.1.0@sha256:ab', want: 'v0.1.0' },
  { reference: 'registry.example:5000/x/zerotouch@sha256:ab', want: 'sha256:ab' },
  { reference: 'registry.example:5000/x/zerotouch', want: '' },
])('$reference is pinned to $want', ({ reference, want }) => {
  expect(tagOf(reference)).toBe(want);
});

test('the oldest versions are those of the package and of docs/install.md', async () => {
  const [meta] = readYaml(await read('crossplane.yaml'));
  expect(text(at(meta?.value, 'spec', 'crossplane', 'version'))).toBe(`>=v${leastCrossplane}.0-0`);
  const install = await read('docs/install.md');
  expect(install).toContain(`Crossplane ${leastCrossplane} or newer`);
  expect(install).toContain(`${leastKubernetes} or newer`);
});

test('every group that Crossplane is let write has a name for who serves it', async () => {
  const [role] = readYaml(await read('package/cluster/composed-kinds.yaml'));
  const groups = list(at(role?.value, 'rules')).flatMap((rule) => list(object(rule).apiGroups).map(text));
  // Those with a dot that Kubernetes does not serve itself.
  const others = groups.filter((group) => group.includes('.') && group !== 'networking.k8s.io');
  expect(Object.keys(operators).toSorted()).toEqual([...new Set(others)].toSorted());
});

const checks: readonly Check[] = [
  { subject: 'KEDA', state: 'well', needed: 'ScaledObject', found: 'served', todo: '' },
  {
    subject: 'PostgresInstance shop/orders',
    state: 'wrong',
    needed: 'Ready',
    found: 'The database waits for a volume of the class fast, which nobody makes | here\u001b[31m.',
    todo: 'zerotouch tree --live --cluster-namespace shop',
  },
];

test('rows are lines, with what to do below those that are not well', () => {
  expect(drawChecks(checks, { colors: false, columns: undefined }).split('\n')).toEqual([
    'well    KEDA                          served',
    String.raw`wrong   PostgresInstance shop/orders  The database waits for a volume of the class fast, which nobody makes | here\u001b[31m.`,
    '        needed: Ready',
    '        to do: zerotouch tree --live --cluster-namespace shop',
    '',
    '1 well, 1 wrong.',
    '',
  ]);
  const narrow = drawChecks(checks, { colors: true, columns: 60 }).split('\n');
  expect(narrow.filter((line) => widthOf(line) > 60)).toEqual([]);
});

test('a report in Markdown has a row for each, whatever a claim says', () => {
  const lines = checksMarkdown(checks).trimEnd().split('\n');
  expect(lines[0]).toBe('**1 well, 1 wrong.**');
  expect(lines).toHaveLength(6);
  expect(lines.at(-1)).toContain(String.raw`nobody makes \| here`);
});
