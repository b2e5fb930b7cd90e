import { expect, test } from 'vitest';
import { cli, folder } from './run.ts';

const config = (name: string) => `tenant: ${name}-workloads
repoURL: https://example.org/${name}.git
targetRevision: main
path: platform
namespaces: [intelligence-${name}]
`;

const path = 'tenants/shop/config.yaml';

test('a registry whose files are right is valid', async () => {
  const dir = folder({ [path]: config('shop'), 'tenants/search/config.yaml': config('search') });
  const { code, stdout, stderr } = await cli(['validate', 'tenants'], dir);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toContain('2 of 2 tenants valid, 0 problems');
});

const faults = [
  {
    reason: 'a misspelt key',
    text: config('shop').replace('repoURL', 'repoUrl'),
    says: [
      `${path}:1:1: repoURL: is required`,
      `${path}:2:1: repoUrl: is not a field; did you mean repoURL?`,
    ],
  },
  {
    reason: 'a name of the platform',
    text: config('shop').replace('shop-workloads', 'keda'),
    says: [`${path}:1:1: tenant: cannot be keda, which is a name of the platform's own`],
  },
  {
    reason: 'a name that the generator makes',
    text: config('shop').replace('shop-workloads', 'tenant-search'),
    says: [`${path}:1:1: tenant: cannot be tenant-search, which is a name of the platform's own`],
  },
  {
    reason: 'every repository of somebody',
    text: config('shop').replace('shop.git', '*'),
    says: [`${path}:2:1: repoURL: `],
  },
  {
    reason: 'a namespace without a layer',
    text: config('shop').replace('intelligence-shop', 'kube'),
    says: [`${path}:5:14: namespaces[0]: `],
  },
  { reason: 'no YAML', text: 'tenant: [', says: [`${path}:1:`] },
  { reason: 'nothing', text: '', says: [`${path}: has nothing in it`] },
  { reason: 'a list', text: '- shop\n', says: [`${path}: expected one object with the fields of a tenant`] },
];

test.each(faults)('a file with $reason is refused by its line', async ({ text, says }) => {
  const dir = folder({ [path]: text, 'tenants/search/config.yaml': config('search') });
  const { code, stdout } = await cli(['validate', 'tenants'], dir);
  expect(code).toBe(1);
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(says.length);
  for (const [index, line] of lines.entries()) expect(line).toContain(says[index]);
});

test('what only one tenant may have is refused to the second', async () => {
  const dir = folder({ [path]: config('shop'), 'tenants/shop-too/config.yaml': config('shop') });
  const { code, stdout, stderr } = await cli(['validate', 'tenants'], dir);
  expect(code).toBe(1);
  expect(stdout).toBe(
    [
      `tenants/shop-too/config.yaml:1:1: tenant: shop-workloads belongs to ${path} already`,
      `tenants/shop-too/config.yaml:5:1: namespaces: intelligence-shop belongs to ${path} already`,
      '',
    ].join('\n'),
  );
  expect(stderr).toContain('1 of 2 tenants valid, 2 problems');
});

test('the registry itself may be where one stands', async () => {
  const dir = folder({ 'config.yaml': config('shop') });
  const { stderr } = await cli(['validate', 'config.yaml'], dir);
  expect(stderr).not.toContain('tenants valid');
});
