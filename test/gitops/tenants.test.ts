import { describe, expect, test } from 'vitest';
import { at, object, text } from '../../functions/composition/read.ts';
import { expand } from './application-set.ts';
import { permits, permitsNamespace, permitsSource } from './project.ts';
import {
  app,
  components,
  describeObject,
  document,
  filesIn,
  objectsIn,
  platform,
  read,
  strings,
  tenants,
} from './repositories.ts';

const applicationSet = document(`${platform}/bootstrap/components/99-tenants.yaml`);
const project = document(`${platform}/bootstrap/projects/tenants.yaml`);

/** The tenant registry as its repository has it. */
const registry = new Map(
  filesIn(`${tenants}/**/*.*`).map((path) => [path.slice(tenants.length + 1), read(path)]),
);

describe('the ApplicationSet', () => {
  test('makes exactly one Application of the registry: a template and a README make none', () => {
    expect(expand(applicationSet, registry)).toEqual([
      {
        metadata: { name: 'bizmatters-workloads' },
        spec: {
          project: 'tenants',
          source: {
            repoURL: 'https://github.com/arun4infra/bizmatters.git',
            targetRevision: 'main',
            path: 'services/agent_executor/platform',
          },
          destination: { server: 'https://kubernetes.default.svc', namespace: 'namespace-is-missing' },
          syncPolicy: {
            automated: { prune: true, selfHeal: true },
            retry: { limit: -1, refresh: true, backoff: { duration: '10s', factor: 2, maxDuration: '3m' } },
          },
        },
      },
    ]);
  });

  test('takes the path from the file, not the place of the file', () => {
    const { generators } = object(applicationSet.spec);
    const unprefixed = JSON.parse(
      JSON.stringify(generators).replace(',"pathParamPrefix":"registry"', ''),
    ) as never;
    const [application] = expand(
      { ...applicationSet, spec: { ...object(applicationSet.spec), generators: unprefixed } },
      registry,
    );
    expect(text(at(application, 'spec', 'source', 'path'))).toContain('tenants/bizmatters');
  });

  test('refuses a file that lacks a key', () => {
    const lacking = new Map([
      ['tenants/other/config.yaml', 'tenant: other\nrepoURL: https://example.org/other.git\npath: .\n'],
    ]);
    expect(() => expand(applicationSet, lacking)).toThrow('there is no .targetRevision');
  });

  test('asks for image updates only where the tenant does', () => {
    const [path, config] = [
      'tenants/bizmatters/config.yaml',
      registry.get('tenants/bizmatters/config.yaml') ?? '',
    ];
    const asking = new Map([[path, `${config}updateImage: ghcr.io/arun4infra/agent-executor:~1\n`]]);
    expect(expand(applicationSet, asking).map(({ metadata }) => object(metadata).annotations)).toEqual([
      {
        'argocd-image-updater.argoproj.io/image-list': 'worker=ghcr.io/arun4infra/agent-executor:~1',
        'argocd-image-updater.argoproj.io/worker.update-strategy': 'semver',
        'argocd-image-updater.argoproj.io/write-back-method': 'git',
        'argocd-image-updater.argoproj.io/write-back-target': 'kustomization',
      },
    ]);
  });

  test('the path in the registry is a folder of the application', () => {
    for (const application of expand(applicationSet, registry)) {
      const path = text(at(application, 'spec', 'source', 'path'));
      expect(filesIn(`examples/app/${path}/kustomization.yaml`)).toHaveLength(1);
    }
  });

  test('the template in the registry has every key that is needed', () => {
    const template = new Map([
      ['tenants/example/config.yaml', registry.get('tenants/example/config.yaml.example') ?? ''],
    ]);
    expect(expand(applicationSet, template)).toHaveLength(1);
  });
});

describe('the project of the tenants', () => {
  test.each([...objectsIn(app)].map((each) => [describeObject(each), each] as const))(
    'permits %s',
    (_name, each) => {
      expect(permits(project, each)).toBe(true);
    },
  );

  const inTheirs = { name: 'x', namespace: 'intelligence-deepagents' };
  const refused = [
    { reason: 'limits are the platform’s', apiVersion: 'v1', kind: 'ResourceQuota', metadata: inTheirs },
    { reason: 'limits are the platform’s', apiVersion: 'v1', kind: 'LimitRange', metadata: inTheirs },
    {
      reason: 'isolation is the platform’s',
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: inTheirs,
    },
    { reason: 'secrets are not in Git', apiVersion: 'v1', kind: 'Secret', metadata: inTheirs },
    {
      reason: 'no rights but those given',
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: inTheirs,
    },
    {
      reason: 'a namespace of another layer',
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'kube-system' },
    },
    {
      reason: 'nothing of the cluster’s',
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'x' },
    },
    {
      reason: 'the namespace of another layer',
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x', namespace: 'argocd' },
    },
  ];
  test.each(refused)('refuses $kind $metadata.name: $reason', ({ reason: _reason, ...object }) => {
    expect(permits(project, object)).toBe(false);
  });

  test('permits the repositories and the namespace of what is generated', () => {
    for (const application of expand(applicationSet, registry)) {
      const { source, destination } = object(application.spec);
      expect(permitsSource(project, text(object(source).repoURL))).toBe(true);
      expect(permitsNamespace(project, text(object(destination).namespace))).toBe(true);
    }
    expect(permitsSource(project, 'https://github.com/somebody-else/repository.git')).toBe(false);
  });
});

describe('the project of the platform', () => {
  const own = document(`${platform}/bootstrap/projects/platform.yaml`);
  const applications = [
    ...components().map(({ component }) => component),
    document(`${platform}/bootstrap/root.yaml`),
  ].filter(({ kind }) => kind === 'Application');

  test('lists every source that is used, and no other', () => {
    const used = applications.map((each) => text(at(each, 'spec', 'source', 'repoURL')));
    expect(strings(at(own, 'spec', 'sourceRepos')).toSorted()).toEqual([...new Set(used)].toSorted());
  });

  test('permits every Application, and all of them are in it', () => {
    for (const each of applications) {
      expect(at(each, 'spec', 'project'), describeObject(each)).toBe('platform');
      expect(
        permitsNamespace(own, text(at(each, 'spec', 'destination', 'namespace'))),
        describeObject(each),
      ).toBe(true);
    }
  });
});
