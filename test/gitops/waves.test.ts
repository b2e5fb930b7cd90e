import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { at, metadataOf, text } from '../../functions/composition/read.ts';
import {
  app,
  components,
  describeObject,
  document,
  filesIn,
  groupOf,
  objectsIn,
  platform,
  sourceFolder,
  strings,
  waveOf,
} from './repositories.ts';

/** API groups that a cluster with Argo CD has before the first wave. */
const given = /^$|\.k8s\.io$|^(apps|batch|policy|argoproj\.io)$/;

const ours = filesIn('xrds/*.yaml').map((path) => text(at(document(path), 'spec', 'group')));

/** The groups that each operator brings, by the name of its Application. */
const brings: Readonly<Record<string, readonly string[]>> = {
  'cloudnative-pg': ['postgresql.cnpg.io'],
  crossplane: ['pkg.crossplane.io', 'apiextensions.crossplane.io'],
  'dragonfly-operator': ['dragonflydb.io'],
  'external-secrets': ['external-secrets.io', 'generators.external-secrets.io'],
  keda: ['keda.sh'],
  prometheus: ['monitoring.coreos.com'],
  zerotouch: ours,
};

/** The groups of what claims become, without what only some of them ask for. */
const composed = ['postgresql.cnpg.io', 'dragonflydb.io', 'keda.sh'];

/** A component, and the groups that must be there when its wave begins. */
function needs(component: JsonObject): string[] {
  const folder = sourceFolder(component);
  const name = metadataOf(component).name;
  const objects = name === 'tenants' ? objectsIn(app) : folder === undefined ? [] : objectsIn(folder);
  const groups = objects.map(groupOf).filter((group) => !given.test(group));
  return [...new Set([...groups, ...(name === 'tenants' ? composed : [])])];
}

describe('components of the platform', () => {
  test.each(components())('$path has its wave in its name', ({ path, component }) => {
    expect(waveOf(component)).toBe(Number(/(\d+)-[^/]*$/.exec(path)?.[1]));
  });

  test('all of them are in the kustomization', () => {
    const listed = strings(document(`${platform}/bootstrap/components/kustomization.yaml`).resources);
    const there = filesIn(`${platform}/bootstrap/components/[0-9]*.yaml`).map((path) =>
      path.split('/').at(-1),
    );
    expect(listed).toEqual(['../projects', ...there]);
  });

  test.each(components())('$path needs no kind of a later wave', ({ component }) => {
    for (const group of needs(component)) {
      const bringing = components().filter((each) =>
        brings[metadataOf(each.component).name]?.includes(group),
      );
      // The Image Updater's own folder brings its kind and one object of it.
      if (group === 'argocd-image-updater.argoproj.io') continue;
      expect(bringing, `what brings ${group}`).toHaveLength(1);
      for (const each of bringing) expect(waveOf(each.component), group).toBeLessThan(waveOf(component));
    }
  });

  test('what claims become is what Crossplane may make before the first claim comes', () => {
    const allowed = document('package/cluster/composed-kinds.yaml');
    for (const group of composed) expect(JSON.stringify(allowed)).toContain(`["${group}"]`);
    const position = (name: string) =>
      waveOf(components().find(({ component }) => metadataOf(component).name === name)?.component ?? {});
    expect(document('package/install/kustomization.yaml').resources).toContain('../cluster');
    expect(position('zerotouch')).toBeLessThan(position('tenants'));
    expect(position('nats')).toBeLessThan(position('tenants'));
  });

  test('none of them takes anything with it when its file goes', () => {
    for (const { path, component } of components()) {
      expect(at(component, 'metadata', 'finalizers'), path).toBeUndefined();
    }
  });
});

describe('the application', () => {
  const order = (objects: readonly JsonObject[], kind: string) =>
    objects.filter((each) => each.kind === kind).map(waveOf);

  test('claims and secrets, then workers', () => {
    const waves = objectsIn(`${app}/platform/base`).map((each) => [describeObject(each), waveOf(each)]);
    expect(Object.fromEntries(waves)).toEqual({
      'PostgresInstance intelligence-deepagents/agent-executor-db': 0,
      'DragonflyInstance intelligence-deepagents/agent-executor-cache': 0,
      'ExternalSecret intelligence-deepagents/agent-executor-llm-keys': 0,
      'ExternalSecret intelligence-deepagents/ghcr-pull-secret': 0,
      'AgentExecutor intelligence-deepagents/agent-executor': 2,
    });
  });

  test('without an AgentExecutor the stream has a wave of its own, between claims and workers', () => {
    const objects = objectsIn(`${app}/plain`);
    expect(order(objects, 'Job')).toEqual([1]);
    // The Job runs as this account. In one wave Argo CD makes accounts before Jobs.
    expect(order(objects, 'ServiceAccount')).toEqual([1]);
    for (const kind of ['Deployment', 'Service', 'ScaledObject', 'PodDisruptionBudget'])
      expect(order(objects, kind), kind).toEqual([2]);
  });
});
