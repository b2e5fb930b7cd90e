import { describe, expect, test } from 'vitest';
import type { JsonObject, Lookup } from '../../../functions/composition/contract.ts';
import { at } from '../../../functions/composition/read.ts';
import { relocated } from '../../../functions/kube/platform.ts';
import { call, claim, objectOf } from '../call.ts';

const image = 'ghcr.io/acme/worker:v1';
const kinds = ['PostgresInstance', 'DragonflyInstance', 'AgentExecutor'] as const;

function compose(kind: string, spec: JsonObject, data: JsonObject | undefined) {
  const platform: Lookup = data === undefined ? null : { data };
  const needed = kind === 'AgentExecutor' ? { image } : {};
  return call(claim(kind, { ...needed, ...spec }), { required: { conn: null, api: null, platform } });
}

describe('an image', () => {
  const registries = {
    'ghcr.io': 'mirror.example/ghcr',
    'ghcr.io/cloudnative-pg': 'mirror.example:5000/cnpg',
    'docker.dragonflydb.io/dragonflydb/dragonfly': 'mirror.example/dragonfly',
  };
  test.each([
    ['ghcr.io/acme/worker:v1', 'mirror.example/ghcr/acme/worker:v1'],
    ['ghcr.io/cloudnative-pg/postgresql:17', 'mirror.example:5000/cnpg/postgresql:17'],
    ['ghcr.io/cloudnative-pg-fork/postgresql:17', 'mirror.example/ghcr/cloudnative-pg-fork/postgresql:17'],
    ['docker.dragonflydb.io/dragonflydb/dragonfly:v1.39.0', 'mirror.example/dragonfly:v1.39.0'],
    ['ghcr.io.example/worker:v1', 'ghcr.io.example/worker:v1'],
    ['quay.io/acme/worker@sha256:00', 'quay.io/acme/worker@sha256:00'],
  ])('%s is %s', (given, wanted) => {
    expect(relocated(given, { registries })).toBe(wanted);
  });
});

describe('without settings', () => {
  test.each(kinds)('a %s is what it is with none of them', (kind) => {
    expect(JSON.stringify(compose(kind, {}, {}))).toBe(JSON.stringify(compose(kind, {}, undefined)));
  });
});

describe('every image that is composed, and who pulls it', () => {
  const data = {
    registries: { 'ghcr.io': 'mirror.example', 'docker.dragonflydb.io': 'mirror.example' },
    imagePullSecrets: ['login'],
  };
  const secrets = [{ name: 'login' }];
  test.each([
    { kind: 'PostgresInstance', key: 'cluster', of: ['spec', 'imageName'], secrets: ['spec'] },
    { kind: 'DragonflyInstance', key: 'dragonfly', of: ['spec', 'image'], secrets: ['spec'] },
  ])('of a $kind', ({ kind, key, of, secrets: where }) => {
    const object = objectOf(compose(kind, {}, data), key);
    expect(at(object, ...of)).toMatch(/^mirror\.example\//);
    expect(at(object, ...where, 'imagePullSecrets')).toEqual(secrets);
  });

  test('of a pooler, which is CloudNativePG’s own otherwise', () => {
    const pod = (settings: JsonObject) =>
      at(
        objectOf(compose('PostgresInstance', { pooler: {} }, settings), 'pooler'),
        'spec',
        'template',
        'spec',
      );
    expect(pod(data)).toMatchObject({
      imagePullSecrets: secrets,
      containers: [{ image: 'mirror.example/cloudnative-pg/pgbouncer:1.25.1' }],
    });
    expect(JSON.stringify(pod({}))).not.toContain('image');
  });

  test('of workers, with the Secrets that the claim names besides', () => {
    const composed = compose('AgentExecutor', { imagePullSecrets: ['own', 'login'] }, data);
    const pod = at(objectOf(composed, 'deployment'), 'spec', 'template', 'spec');
    expect(pod).toMatchObject({
      imagePullSecrets: [{ name: 'login' }, { name: 'own' }],
      containers: [{ image: 'mirror.example/acme/worker:v1' }],
    });
  });
});

describe('a catalog', () => {
  const data = { postgresImageCatalog: 'postgresql' };
  test('says which image a major version is', () => {
    const { imageName, imageCatalogRef } = objectOf(
      compose('PostgresInstance', { version: '17' }, data),
      'cluster',
    ).spec as JsonObject;
    expect(imageName).toBeUndefined();
    expect(imageCatalogRef).toEqual({
      apiGroup: 'postgresql.cnpg.io',
      kind: 'ClusterImageCatalog',
      name: 'postgresql',
      major: 17,
    });
  });
  test('may have images with extensions that the standard ones have not', () => {
    expect(compose('PostgresInstance', { extensions: ['postgis'] }, data).results).toEqual([]);
  });
});

describe('placement', () => {
  const data = {
    placement: { nodeSelector: { pool: 'general' }, priorityClassName: 'platform', spread: 'zones' },
  };
  test.each([
    { kind: 'PostgresInstance', key: 'cluster', pod: ['spec'], nodes: ['spec', 'affinity'] },
    { kind: 'DragonflyInstance', key: 'dragonfly', pod: ['spec'], nodes: ['spec'] },
    {
      kind: 'AgentExecutor',
      key: 'deployment',
      pod: ['spec', 'template', 'spec'],
      nodes: ['spec', 'template', 'spec'],
    },
  ])('of a $kind is the platform’s for each field that the claim leaves out', ({ kind, key, pod, nodes }) => {
    const object = objectOf(compose(kind, { placement: { nodeSelector: { pool: 'own' } } }, data), key);
    expect(at(object, ...nodes, 'nodeSelector')).toEqual({ pool: 'own' });
    expect(at(object, ...pod, 'priorityClassName')).toBe('platform');
  });

  test('of instances keeps them in different zones, or lets them be on one node', () => {
    const spec = (spread: string) =>
      objectOf(compose('PostgresInstance', { placement: { spread } }, {}), 'cluster').spec as JsonObject;
    expect(JSON.stringify(spec('zones').topologySpreadConstraints)).toContain('topology.kubernetes.io/zone');
    expect(spec('nodes').topologySpreadConstraints).toBeUndefined();
    expect(spec('none').affinity).toEqual({ enablePodAntiAffinity: false });
  });

  test('of a cache keeps its replicas apart, and one that stands without that keeps what it has', () => {
    const spread = (spec: JsonObject, dragonfly: Lookup = null) => {
      const response = call(claim('DragonflyInstance', spec), { required: { conn: null, dragonfly } });
      return at(objectOf(response, 'dragonfly'), 'spec', 'topologySpreadConstraints');
    };
    const apart = [
      expect.objectContaining({ topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' }),
    ];
    expect(spread({})).toEqual(apart);
    expect(spread({ placement: { spread: 'none' } })).toBeUndefined();
    expect(spread({ replicas: 2 }, { spec: { replicas: 1 } })).toBeUndefined();
    expect(spread({ placement: { spread: 'nodes' } }, { spec: {} })).toEqual(apart);
  });

  test('that no Pod could have is refused', () => {
    const placement = { tolerations: [{ effect: 'NoSchedule' }] };
    for (const kind of kinds)
      expect(compose(kind, { placement }, {}).results[0]?.message).toContain('key is needed');
  });
});

test.each([
  { reason: 'of another type', data: { registries: ['a'] }, says: 'data.registries: expected an object' },
  {
    reason: 'with a scheme',
    data: { registries: { 'ghcr.io': 'https://a' } },
    says: 'data.registries.ghcr.io',
  },
  { reason: 'that nobody knows', data: { registry: 'a' }, says: 'data.registry: is no setting; there are' },
  {
    reason: 'that names a class of priority as no API server does',
    data: { placement: { priorityClassName: 'a..b' } },
    says: 'data.placement.priorityClassName',
  },
  {
    reason: 'that no Pod could have',
    data: { placement: { nodeSelector: { a: '-' } } },
    says: 'data.placement.nodeSelector.a',
  },
])('a setting $reason stops every claim as it is, rather than move its images', ({ data, says }) => {
  for (const kind of kinds) {
    const { results, resources } = compose(kind, {}, data);
    expect(results[0]).toMatchObject({ severity: 'fatal' });
    expect(results[0]?.message).toContain(`EnvironmentConfig zerotouch ${says}`);
    expect(resources).toEqual([]);
  }
});

describe('names of Services', () => {
  const hosts = (kind: string, spec: JsonObject, data: JsonObject) => {
    const response = compose(kind, spec, data);
    const objects = response.resources.map(({ key }) => objectOf(response, key));
    const secrets = objects
      .filter((object) => object.kind === 'Secret')
      .flatMap((object) => Object.values(object.data as Record<string, string>))
      .map((value) => Buffer.from(value, 'base64').toString());
    return JSON.stringify([secrets, objects, response.status]);
  };
  test.each([
    { kind: 'PostgresInstance', spec: { instances: 2, pooler: {} } },
    { kind: 'DragonflyInstance', spec: {} },
    { kind: 'AgentExecutor', spec: {} },
    { kind: 'AgentExecutor', spec: { nats: { url: 'nats://bus.messaging.svc:4222' } } },
    { kind: 'WebApplication', spec: { image: 'ghcr.io/acme/shop:v1', port: 8080 } },
  ])('of a $kind end as the platform says', ({ kind, spec }) => {
    expect(hosts(kind, spec, {})).toContain('.svc.cluster.local');
    const moved = hosts(kind, spec, { clusterDomain: 'cluster.example' });
    expect(moved).toContain('.svc.cluster.example');
    expect(moved).not.toContain('.svc.cluster.local');
  });

  test('are the destination of a VirtualService', () => {
    const gateway = { kind: 'VirtualService', name: 'public', namespace: 'gateways' };
    const moved = compose(
      'WebApplication',
      { image: 'ghcr.io/acme/shop:v1', port: 8080, hostname: 'shop.example' },
      { gateway, clusterDomain: 'cluster.example' },
    );
    expect(JSON.stringify(objectOf(moved, 'virtual-service'))).toContain(
      '"host":"orders-web.shop.svc.cluster.example"',
    );
  });

  test('are in the certificate that a pooler shows', () => {
    const moved = compose('PostgresInstance', { pooler: {} }, { clusterDomain: 'cluster.example' });
    expect(at(objectOf(moved, 'cluster'), 'spec', 'certificates', 'serverAltDNSNames')).toContain(
      'orders-pooler.shop.svc.cluster.example',
    );
  });
});

test('a monitor bears the labels of the platform, and none that is not one', () => {
  const monitored = (monitorLabels: JsonObject) =>
    compose('PostgresInstance', { monitoring: true }, { monitorLabels });
  expect(
    at(objectOf(monitored({ release: 'prometheus' }), 'pod-monitor'), 'metadata', 'labels'),
  ).toMatchObject({
    release: 'prometheus',
    'app.kubernetes.io/name': 'orders',
  });
  expect(monitored({ 'a b': 'c' }).results[0]?.message).toContain('data.monitorLabels.a b');
});
