import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { beforeAll, describe, expect, it } from 'vitest';
import { platform } from '../gitops/repositories.ts';
import { customResourceDefinitions } from '../tools/crds.ts';
import { Api, ApiError } from './api.ts';
import type { Draft } from './api.ts';
import { claim } from './claims.ts';
import { describeEngine } from './engine.ts';
import { kustomized, root } from './install.ts';
import { attempts, ours, pod, reads, theirs } from './tenant-attempts.ts';
import type { Who } from './tenant-attempts.ts';
import { tenantObjects } from './tenant-chart.ts';
import { until } from './until.ts';

const config = (name: string, more = '') =>
  `{ tenant: ${name}-workloads, repoURL: 'https://example.org/${name}.git', targetRevision: main, path: platform,
     namespaces: [intelligence-${name}], secrets: [${name}], people: ${name}-team ${more} }`;

describeEngine('two tenants of one registry', ({ api, plane }) => {
  const person = new Api(plane.access.admin, {
    user: 'somebody',
    groups: ['ours-team', 'system:authenticated'],
  });
  const clients: Readonly<Record<Who, Api>> = { 'Argo CD': api, 'a person': person };

  beforeAll(async () => {
    for (const definition of await customResourceDefinitions(['external-secrets', 'argo-cd']))
      await api.apply(definition as unknown as Draft);
    await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'argocd' } });
    const objects = [
      ...(await policies()),
      ...(await tenantObjects('ours', config('ours', ', quota: { claims: 1 }'))),
      ...(await tenantObjects('theirs', config('theirs'))),
    ];
    const isNamespace = ({ kind }: Draft) => (kind === 'Namespace' ? 0 : 1);
    for (const draft of objects.toSorted((a, b) => isNamespace(a) - isNamespace(b)))
      await until(`${draft.kind} ${draft.metadata.name} is taken`, () => api.apply(draft));
    await api.apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: ours },
    });
    await until('the first database fits into the quota', () =>
      api.apply(claim('PostgresInstance', ours, 'first')),
    );
    await until(
      'the policies hold',
      async () => (await answer(clients['Argo CD'], reads('/nobody'))) !== 'taken',
    );
  });

  async function policies(): Promise<Draft[]> {
    const names = ['external-secrets', 'secret-stores', 'priorities'];
    const files = names.map((name) => join(root, platform, 'platform/isolation', `${name}.yaml`));
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    return texts.flatMap((text) => loadAll(text) as Draft[]);
  }

  it('the tenant may do what it is there for', async () => {
    expect(await answer(api, reads('/zerotouch/prod/ours/openai_api_key'))).toBe('taken');
    expect(await answer(api, reads('/zerotouch/prod/platform/ghcr/username'))).toBe('taken');
    expect(await answer(api, pod({}))).toBe('taken');
    expect(await answer(person, claim('DragonflyInstance', ours, 'cache'))).toBe('taken');
  });

  it.each(attempts)('$who may not $attempt', async ({ who, draft, says }) => {
    let said = '';
    const isRefused = async () => (said = await answer(clients[who], draft)).includes(says);
    // The API server goes by a policy some time after it has taken it.
    const refused = until('it is refused', isRefused, { describe: () => said });
    await expect(refused).resolves.toBe(true);
  });

  describe('a person may not', () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'first-conn', namespace: theirs } };
    const own = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ours } };
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'tenant', namespace: ours },
    };
    it.each([
      {
        attempt: 'read the password of the other’s database',
        act: () => person.get(secret),
        says: 'cannot get resource "secrets"',
      },
      {
        attempt: 'see the claims of the other',
        act: () => person.list('database.bizmatters.io/v1alpha1', 'PostgresInstance', theirs),
        says: 'cannot list resource "postgresinstances"',
      },
      {
        attempt: 'see those of everybody',
        act: () => person.list('database.bizmatters.io/v1alpha1', 'PostgresInstance'),
        says: 'at the cluster scope',
      },
      {
        attempt: 'make its namespace less strict',
        act: () =>
          person.patch(own, {
            metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
          }),
        says: 'cannot patch resource "namespaces"',
      },
      {
        attempt: 'name more secrets that it may read',
        act: () =>
          person.patch(own, {
            metadata: { annotations: { 'zerotouch.bizmatters.io/readable-secrets': '/' } },
          }),
        says: 'cannot patch resource "namespaces"',
      },
      {
        attempt: 'give itself more',
        act: () => person.patch(quota, { spec: { hard: { 'requests.memory': '1Ti' } } }),
        says: 'cannot patch resource "resourcequotas"',
      },
      {
        attempt: 'take off its quota',
        act: () => person.delete(quota),
        says: 'cannot delete resource "resourcequotas"',
      },
    ])('$attempt', async ({ act, says }) => {
      await expect(act()).rejects.toThrow(says);
    });
  });

  it('what the platform makes of the registry is what its project permits', async () => {
    const projects = await kustomized(`${platform}/bootstrap/projects`);
    const spec = projects.find(({ metadata }) => metadata.name === 'tenants')?.['spec'] as {
      readonly namespaceResourceWhitelist: readonly { readonly group: string; readonly kind: string }[];
    };
    const permitted = spec.namespaceResourceWhitelist.map(({ group, kind }) => `${group}/${kind}`);
    const made = (await tenantObjects('ours', config('ours')))
      .filter(({ kind }) => kind !== 'Namespace')
      .map(({ apiVersion, kind }) => `${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''}/${kind}`);
    expect(permitted.toSorted()).toEqual([...new Set(made)].toSorted());
  });

  it('a tenant that leaves the registry keeps everything but its Application and its project', async () => {
    const made = await tenantObjects('ours', config('ours'));
    const gone = made.filter(({ metadata }) => !JSON.stringify(metadata).includes('Delete=false'));
    expect(gone.map(({ kind }) => kind).toSorted()).toEqual(['AppProject', 'Application']);
  });

  describe('a file of the registry', () => {
    it.each([
      { fault: 'a misspelt key', file: config('ours').replace('repoURL', 'repoUrl'), says: 'repoUrl' },
      {
        fault: 'no namespaces',
        file: config('ours').replace(/namespaces: \[[^\]]*\],/, ''),
        says: 'namespaces',
      },
      {
        fault: 'a name of the platform',
        file: config('ours').replace('ours-workloads', 'keda'),
        says: 'tenant',
      },
      {
        fault: 'every repository',
        file: config('ours').replace('https://example.org/ours.git', 'https://example.org/*'),
        says: 'repoURL',
      },
      {
        fault: 'a path out of the repository',
        file: config('ours').replace('path: platform', 'path: ../x'),
        says: 'path',
      },
      { fault: 'YAML that is none', file: '{ tenant: [', says: 'yaml' },
    ])('with $fault is refused by Helm, which says so', async ({ file, says }) => {
      await expect(tenantObjects('ours', file)).rejects.toThrow(says);
    });
  });
});

/** What the API server says of it, were it created: `taken`, or its own words. */
async function answer(client: Api, draft: Draft): Promise<string> {
  return client.create(draft, { dryRun: true }).then(
    () => 'taken',
    (error: unknown) => {
      if (error instanceof ApiError) return error.message;
      throw error;
    },
  );
}
