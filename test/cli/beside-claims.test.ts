import { describe, expect, test } from 'vitest';
import { claimText, cli, folder, write } from './run.ts';

const agent = claimText('AgentExecutor', 'bot', ['image: ghcr.io/x/y:v1']);
const maker = (apiVersion: string, kind: string, spec: string, name = 'bot-llm-keys', namespace = 'shop') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: ${namespace} }\n${spec}\n`;
const externalSecret = 'external-secrets.io/v1';

describe('a Secret that something in the same files makes is not missing', () => {
  test.each([
    { by: 'ExternalSecret', text: maker(externalSecret, 'ExternalSecret', 'spec: { dataFrom: [] }') },
    {
      by: 'ExternalSecret of another name',
      text: maker(
        'external-secrets.io/v1beta1',
        'ExternalSecret',
        'spec: { target: { name: bot-llm-keys }, dataFrom: [] }',
        'x',
      ),
    },
    {
      by: 'SealedSecret',
      text: maker('bitnami.com/v1alpha1', 'SealedSecret', 'spec: { encryptedData: { OPENAI_API_KEY: x } }'),
    },
    {
      by: 'VaultStaticSecret',
      text: maker(
        'secrets.hashicorp.com/v1beta1',
        'VaultStaticSecret',
        'spec: { destination: { name: bot-llm-keys } }',
        'x',
      ),
    },
    { by: 'OnePasswordItem', text: maker('onepassword.com/v1', 'OnePasswordItem', 'spec: {}') },
    { by: 'Secret', text: maker('v1', 'Secret', 'stringData: { OPENAI_API_KEY: x }') },
  ])('$by', async ({ text }) => {
    const cwd = folder({ 'claim.yaml': agent, 'other.yaml': text });
    const { stdout } = await cli(['tree', '.'], cwd);
    expect(stdout).toMatch(/Secret bot-llm-keys +for deployment +(made by \w+ |is among the files)/);
    const rendered = await cli(['render', '.'], cwd);
    expect(rendered.stderr).toMatch(/needs Secrets that none of the inputs has: (?!.*llm-keys)/);
  });

  test.each([
    {
      reason: 'it is in another namespace',
      text: maker(externalSecret, 'ExternalSecret', 'spec: { dataFrom: [] }', 'bot-llm-keys', 'other'),
      says: 'missing: none of the inputs has it',
    },
    {
      reason: 'a kind of the same name makes none',
      text: maker('example.com/v1', 'ExternalSecret', 'spec: {}'),
      says: 'missing: none of the inputs has it',
    },
  ])('but it is where $reason', async ({ text, says }) => {
    const { stdout } = await cli(['tree', '.'], folder({ 'claim.yaml': agent, 'other.yaml': text }));
    expect(stdout).toMatch(new RegExp(`Secret bot-llm-keys +for deployment +${says}`));
  });

  test('a key that it is known to lack is named', async () => {
    const other = maker(
      externalSecret,
      'ExternalSecret',
      'spec: { data: [{ secretKey: PASSWORD }] }',
      'bot-db-conn',
    );
    const { stdout } = await cli(['tree', '.'], folder({ 'claim.yaml': agent, 'other.yaml': other }));
    expect(stdout).toMatch(/Secret bot-db-conn +for deployment +has no POSTGRES_DB/);
  });
});

describe('a folder with a kustomization', () => {
  test.each(['validate', 'render', 'tree', 'list'])('%s says how to have it applied', async (name) => {
    const cwd = folder({ 'base/claim.yaml': agent, 'base/kustomization.yaml': 'resources: [claim.yaml]\n' });
    const { stderr } = await cli([name, 'base'], cwd);
    expect(stderr).toContain('kubectl kustomize base | zerotouch validate -');
  });

  test('one with patches alone too', async () => {
    const cwd = folder({ 'prd/kustomization.yaml': 'resources: [../base]\n' });
    const { stderr, code } = await cli(['validate', 'prd'], cwd);
    expect(stderr).toContain('kubectl kustomize prd | zerotouch validate -');
    expect(code).toBe(1);
  });
});

describe('what render has printed can be given back to it', () => {
  test.each([
    { claims: [agent], flags: [] },
    { claims: [agent], flags: ['-x', '-r'] },
    { claims: [claimText('PostgresInstance', 'orders')], flags: [] },
    { claims: [agent, claimText('PostgresInstance', 'orders')], flags: ['-xr'] },
  ])('$flags', async ({ claims, flags }) => {
    const cwd = folder({ 'claims.yaml': claims.join('---\n') });
    const first = await cli(['render', 'claims.yaml', ...flags], cwd);
    write(cwd, { 'printed.yaml': first.stdout });
    const again = await cli(['render', 'claims.yaml', ...flags, '-o', 'printed.yaml'], cwd);
    expect(again.stderr).not.toMatch(/annotation|not used/);
    expect(again.code).toBe(0);
    const diff = await cli(['diff', '-o', 'printed.yaml', 'claims.yaml'], cwd);
    expect(diff.stdout).toBe('Nothing changes.\n');
  });

  test('another object without the annotation is still named', async () => {
    const cwd = folder({
      'claim.yaml': agent,
      'seen.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: x, namespace: shop }\n',
    });
    const run = await cli(['render', 'claim.yaml', '-o', 'seen.yaml'], cwd);
    expect(run.stderr).toContain('observed Service x has no annotation');
    expect(run.code).toBe(1);
  });
});

describe('a path that is not there', () => {
  const files = { 'claims/orders.yaml': claimText('PostgresInstance', 'orders') };
  test.each([
    { path: 'claims/order.yaml', meant: 'claims/orders.yaml' },
    { path: 'claim', meant: 'claims' },
  ])('$path: what was likely meant is named', async ({ path, meant }) => {
    for (const command of ['validate', 'render', 'tree', 'list']) {
      const run = await cli([command, path], folder(files));
      expect(run.stdout + run.stderr).toContain(
        `${path}: cannot be read: it does not exist; did you mean ${meant}?`,
      );
    }
    const diff = await cli(['diff', path, 'claims'], folder(files));
    expect(diff.stderr).toContain(`did you mean ${meant}?`);
    expect(diff.code).toBe(2);
  });

  test('nothing is guessed where nothing is near', async () => {
    const run = await cli(['validate', 'somewhere/else.yaml'], folder(files));
    expect(run.stdout).not.toContain('did you mean');
  });
});
