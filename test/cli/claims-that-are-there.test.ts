import { expect, test } from 'vitest';
import { claimText, cli, folder } from './run.ts';

/** The Secret that a claim made, as the cluster has it. */
const made = `apiVersion: v1
kind: Secret
metadata:
  name: orders-conn
  namespace: shop
  annotations: { crossplane.io/composition-resource-name: conn }
type: kubernetes.io/basic-auth
data: { password: c2VjcmV0 }
`;

const cases = [
  { reason: 'a bound', field: 'storageGB: 5', path: 'spec.storageGB' },
  { reason: 'a choice', field: 'version: "14"', path: 'spec.version' },
  { reason: 'a length', field: `storageClassName: ${'s'.repeat(254)}`, path: 'spec.storageClassName' },
];

test.each(cases)('$reason that a new claim would break is refused in one that is new', async ({ field }) => {
  const cwd = folder({ 'a.yaml': claimText('PostgresInstance', 'orders', [field]) });
  const run = await cli(['render', 'a.yaml'], cwd);
  expect(run).toMatchObject({ code: 1, stdout: '' });
});

test.each(cases)('$reason stands in one that has made something, and is named', async ({ field, path }) => {
  const cwd = folder({
    'a.yaml': claimText('PostgresInstance', 'orders', [field]),
    'observed.yaml': made,
  });
  const run = await cli(['render', 'a.yaml', '-o', 'observed.yaml'], cwd);
  expect(run.stderr).toContain(path);
  expect(run.code).toBe(0);
  expect(run.stdout).toContain('name: orders-conn');
});

test('a field of the wrong type stands nowhere', async () => {
  const cwd = folder({
    'a.yaml': claimText('PostgresInstance', 'orders', ['storageGB: much']),
    'observed.yaml': made,
  });
  const run = await cli(['render', 'a.yaml', '-o', 'observed.yaml'], cwd);
  expect(run).toMatchObject({ code: 1, stdout: '' });
});
