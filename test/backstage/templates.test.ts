import { Ajv } from 'ajv';
import { load } from 'js-yaml';
import type { TemplateContext } from 'nunjitsu';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { at } from '../../functions/composition/read.ts';
import { claimProblems } from '../../render/claim-problems.ts';
import { offerNamed } from '../claims/offers.ts';
import { cli, folder } from '../cli/run.ts';
import { read } from '../structure/sources.ts';
import { templateNamed, written } from './scaffolder.ts';

const shop = { namespace: 'shop', folder: 'claims' };
const app = { namespace: 'intelligence-deepagents', folder: 'claims' };
const minimalWorker = {
  name: 'research',
  namespace: 'agents',
  folder: 'claims',
  image: 'ghcr.io/bizmatters/agent-worker:v0.1.0',
  subjectPrefix: 'research',
};
const storefront = {
  name: 'storefront',
  image: 'registry.example/storefront:v1.0.0',
  port: 3000,
  hostname: 'shop.example.com',
  ...shop,
};
const bizmatters = {
  folder: 'bizmatters',
  tenant: 'bizmatters-workloads',
  source: 'https://github.com/arun4infra/bizmatters.git',
  targetRevision: 'main',
  path: 'services/agent_executor/platform',
  namespaces: ['intelligence-deepagents'],
  secrets: ['agent-executor'],
};

const printed = [
  {
    args: ['claim', 'PostgresInstance', 'orders', '-n', 'shop'],
    template: 'database',
    filled: { kind: 'PostgresInstance', name: 'orders', size: 'small', ...shop },
  },
  {
    args: ['claim', 'DragonflyInstance', 'sessions', '-n', 'shop'],
    template: 'database',
    filled: { kind: 'DragonflyInstance', name: 'sessions', size: 'small', ...shop },
  },
  {
    args: ['claim', 'AgentExecutor', 'bot', '-n', 'shop'],
    template: 'agent-worker',
    filled: { name: 'bot', size: 'medium', ...shop },
  },
  {
    args: ['claim', 'WebApplication', 'storefront', '-n', 'shop'],
    template: 'web-application',
    filled: { name: 'storefront', size: 'small', image: 'registry.example/app:v1.0.0', ...shop },
  },
  { args: ['tenant', 'shop'], template: 'namespace', filled: { name: 'shop', folder: 'namespaces' } },
  {
    args: ['tenant', 'shop', '--group', 'sellers'],
    template: 'namespace',
    filled: { name: 'shop', group: 'sellers', folder: 'namespaces' },
  },
];

const examples: readonly { path: string; template: string; filled: TemplateContext }[] = [
  {
    path: 'examples/postgres-instance/minimal.yaml',
    template: 'database',
    filled: { kind: 'PostgresInstance', name: 'orders-db', size: 'small', ...shop },
  },
  {
    path: 'examples/dragonfly-instance/minimal.yaml',
    template: 'database',
    filled: { kind: 'DragonflyInstance', name: 'sessions', size: 'micro', ...shop },
  },
  {
    path: 'examples/postgres-instance/agent-executor-db.yaml',
    template: 'database',
    filled: { kind: 'PostgresInstance', name: 'agent-executor-db', size: 'small', ...app },
  },
  {
    path: 'examples/dragonfly-instance/agent-executor-cache.yaml',
    template: 'database',
    filled: { kind: 'DragonflyInstance', name: 'agent-executor-cache', size: 'small', ...app },
  },
  { path: 'examples/agent-executor/minimal.yaml', template: 'agent-worker', filled: minimalWorker },
  { path: 'examples/web-application/minimal.yaml', template: 'web-application', filled: storefront },
  { path: 'examples/tenants/tenants/bizmatters/config.yaml', template: 'tenant', filled: bizmatters },
];

/** The line by which editors find the schema, which the folder of a file decides. */
const modeline = /^# yaml-language-server: .*\n/;

describe('a template writes, byte for byte', () => {
  test.each(printed)('what `zerotouch new $args` prints', async ({ args, template, filled }) => {
    const { stdout } = await cli(['new', ...args], '.');
    expect(written(template, filled).text).toBe(stdout);
  });

  test.each(examples)('$path', ({ path, template, filled }) => {
    expect(written(template, filled).text).toBe(read(path).replace(modeline, ''));
  });
});

const ajv = new Ajv({ strict: false });

/** Says whether the pages of a form take what was filled in; the repository is asked for by a field of Backstage's own. */
function formOf(template: string): (filled: TemplateContext) => boolean {
  const pages = templateNamed(template).spec.parameters.map(({ required, properties }) =>
    ajv.compile({ type: 'object', required: required.filter((field) => field !== 'repoUrl'), properties }),
  );
  return (filled) => pages.every((page) => page(filled));
}

describe('a form', () => {
  test.each([...printed, ...examples])('of $template takes $filled', ({ template, filled }) => {
    expect(formOf(template)(filled)).toBe(true);
  });

  const plain = ['1', '1.0', '12:30', 'true', 'True', 'NULL', 'no', 'On', 'y', '-', ''];
  const strange = [...plain, 'a: b', 'a #b', '{a}', '[a]', "'a'", 'a, b', 'a\nb'];

  test.each([
    { template: 'database', good: { kind: 'PostgresInstance', name: 'orders', size: 'small', ...shop } },
    { template: 'agent-worker', good: { ...minimalWorker, size: 'micro' } },
    {
      template: 'web-application',
      good: {
        name: 'storefront',
        image: 'registry.example/storefront:v1.0.0',
        size: 'micro',
        hostname: 'shop.example.com',
        ...shop,
      },
    },
    { template: 'tenant', good: bizmatters },
    { template: 'namespace', good: { name: 'shop', group: 'sellers', folder: 'namespaces' } },
  ])('of $template takes no text that YAML would read as something else', ({ template, good }) => {
    const takes = formOf(template);
    for (const [field, value] of Object.entries(good)) {
      const texts = field === 'folder' ? strange.filter((text) => !plain.includes(text)) : strange;
      const filled = (text: string) => ({ ...good, [field]: Array.isArray(value) ? [text] : text });
      expect(
        texts.filter((text) => takes(filled(text))),
        field,
      ).toEqual([]);
    }
  });

  test.each([
    { template: 'database', kind: 'PostgresInstance', filled: { kind: 'PostgresInstance', size: 'small' } },
    { template: 'database', kind: 'DragonflyInstance', filled: { kind: 'DragonflyInstance', size: 'small' } },
    { template: 'agent-worker', kind: 'AgentExecutor', filled: {} },
    {
      template: 'web-application',
      kind: 'WebApplication',
      filled: { image: 'registry.example/app:v1.0.0', database: true, cache: true },
    },
  ])(
    'of $template offers every size of $kind, and names as long as are valid',
    ({ template, kind, filled }) => {
      const { definition } = offerNamed(kind);
      const properties = Object.assign(
        {},
        ...templateNamed(template).spec.parameters.map((page) => page.properties),
      );
      expect(at(properties as JsonObject, 'size', 'enum')).toEqual(
        at(definition.openApi, 'properties', 'spec', 'properties', 'size', 'enum'),
      );
      const longest = {
        ...filled,
        name: 'a'.repeat(Number(at(properties as JsonObject, 'name', 'maxLength'))),
        ...shop,
      };
      expect(formOf(template)(longest)).toBe(true);
      const claim = load(written(template, longest).text) as JsonObject;
      expect(claimProblems(definition, claim)).toEqual([]);
    },
  );

  test('of tenant gives what the registry takes', async () => {
    const { path, text } = written('tenant', bizmatters);
    const { code, stderr } = await cli(['validate', 'tenants'], folder({ [path]: text }));
    expect(code).toBe(0);
    expect(stderr).toContain('1 of 1 tenants valid');
  });
});
