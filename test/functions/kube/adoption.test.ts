import { describe, expect, test } from 'vitest';
import type { Json, JsonObject, Observed } from '../../../functions/composition/contract.ts';
import { at } from '../../../functions/composition/read.ts';
import { call, claim, decodedData, objectOf } from '../call.ts';

/** Of nobody: made by hand, or left by a claim that retained it. */
const byHand = { ownerReferences: [] };
const another = {
  ownerReferences: [{ kind: 'PostgresInstance', name: 'other', uid: 'other', controller: true }],
};
const mine = { ownerReferences: [{ kind: 'X', name: 'orders', uid: 'uid-of-the-claim', controller: true }] };

const standing = (metadata: JsonObject): Observed => ({
  apiVersion: 'postgresql.cnpg.io/v1',
  kind: 'Cluster',
  metadata: { name: 'orders', namespace: 'shop', ...metadata },
  spec: {
    instances: 3,
    imageName: 'registry.example/postgresql:15.4',
    storage: { size: '300Gi', storageClass: 'fast' },
    resources: { requests: { memory: '6Gi' } },
    postgresql: { parameters: { shared_buffers: '1GB' } },
    bootstrap: { initdb: { database: 'app', owner: 'app' } },
  },
});
const dragonfly = (metadata: JsonObject): Observed => ({
  apiVersion: 'dragonflydb.io/v1alpha1',
  kind: 'Dragonfly',
  metadata: { name: 'orders', namespace: 'shop', ...metadata },
  spec: {
    replicas: 3,
    image: 'registry.example/dragonfly:v1',
    authentication: { passwordFromSecret: { name: 'old', key: 'pass' } },
  },
});
const store = (metadata: JsonObject): Observed => ({
  apiVersion: 'barmancloud.cnpg.io/v1',
  kind: 'ObjectStore',
  metadata: { name: 'orders-backup', namespace: 'shop', ...metadata },
});

const backup = { backup: { objectStore: 'platform' } };
const places = [
  { kind: 'PostgresInstance', key: 'cluster', object: standing, spec: {} },
  { kind: 'DragonflyInstance', key: 'dragonfly', object: dragonfly, spec: {} },
  { kind: 'PostgresInstance', key: 'own-object-store', object: store, spec: backup },
] as const;

describe.each(places)('where a $kind finds $key', ({ kind, key, object, spec }) => {
  const messages = (metadata: JsonObject, more: { [name: string]: Json } = {}) =>
    call(claim(kind, { ...spec, ...more }), {
      required: { conn: null, [key]: object(metadata) },
    }).results.map(({ message }) => message);

  test('made by hand, it is refused with what would allow it', () => {
    expect(messages(byHand)).toEqual([expect.stringContaining('set spec.adopt to true')]);
  });
  test('made by hand, it is taken over with consent', () => {
    expect(messages(byHand, { adopt: true })).toEqual([]);
  });
  test('of another claim, it is refused whatever the claim says', () => {
    for (const more of [{}, { adopt: true }])
      expect(messages(another, more)).toEqual([expect.stringContaining('belongs to PostgresInstance other')]);
  });
  test('of its own, there is nothing to ask', () => {
    expect(messages(mine)).toEqual([]);
  });
});

test("a copy of the platform's store cannot have the name of that store", () => {
  const response = call(claim('PostgresInstance', { backup: { objectStore: 'orders-backup' } }), {
    required: { conn: null },
  });
  expect(response.results[0]?.message).toContain('spec.backup.objectStore: orders-backup is the copy');
});

test('nothing that holds data is made before somebody has looked', () => {
  const unseen = { served: {}, required: { conn: null } };
  const keys = (kind: 'PostgresInstance' | 'DragonflyInstance') =>
    call(claim(kind), { ...unseen, looked: false }).resources.map(({ key }) => key);
  expect(keys('PostgresInstance')).toEqual(['conn']);
  expect(keys('DragonflyInstance')).toEqual(['conn']);
});

describe('a Cluster that is taken over', () => {
  const adopted = (spec: { [name: string]: Json }, required: Record<string, Observed | null> = {}) =>
    call(claim('PostgresInstance', { adopt: true, ...spec }), {
      required: { conn: null, 'adopted-secret': null, cluster: standing(byHand), ...required },
    });

  test('keeps its instances, image, storage, size and parameters, and the claim says so', () => {
    const response = adopted({});
    const cluster = objectOf(response, 'cluster');
    expect(cluster.spec).toMatchObject({
      ...(standing(byHand).spec as JsonObject),
      bootstrap: { initdb: { database: 'app', owner: 'app', secret: { name: 'orders-conn' } } },
    });
    expect(response.conditions).toContainEqual({
      type: 'Adopted',
      status: 'True',
      reason: 'AsItStands',
      message: expect.stringContaining('instances, version, storageGB, size') as unknown,
    });
  });

  test('keeps its database, owner and password, so that who uses it goes on', () => {
    const password = Buffer.from('used-so-far').toString('base64');
    const response = adopted({}, { 'adopted-secret': { data: { password } } });
    expect(decodedData(objectOf(response, 'conn'))).toMatchObject({
      database: 'app',
      username: 'app',
      password: 'used-so-far',
    });
    expect(adopted({}).requirements['adopted-secret']).toMatchObject({ kind: 'Secret', name: 'orders-app' });
  });

  test('cannot be called otherwise than it is', () => {
    expect(adopted({ database: 'shop' }).results[0]?.message).toContain(
      'spec.database: the Cluster that is taken over has app',
    );
  });

  test('follows the claim once adopt is taken out, and keeps its names', () => {
    const response = call(claim('PostgresInstance', {}), {
      observed: { cluster: standing(mine) },
      required: { conn: null, cluster: standing(mine) },
    });
    const cluster = objectOf(response, 'cluster');
    expect(at(cluster, 'spec', 'instances')).toBe(1);
    expect(at(cluster, 'spec', 'bootstrap', 'initdb', 'database')).toBe('app');
  });
});

test('a Dragonfly that is taken over keeps its replicas, its image and its password', () => {
  const pass = Buffer.from('used-so-far').toString('base64');
  const response = call(claim('DragonflyInstance', { adopt: true }), {
    required: { conn: null, dragonfly: dragonfly(byHand), 'adopted-secret': { data: { pass } } },
  });
  expect(objectOf(response, 'dragonfly').spec).toMatchObject({
    replicas: 3,
    image: 'registry.example/dragonfly:v1',
    authentication: { passwordFromSecret: { name: 'orders-conn' } },
  });
  expect(decodedData(objectOf(response, 'conn')).password).toBe('used-so-far');
});

describe.each(['PostgresInstance', 'DragonflyInstance'] as const)('deletionPolicy of a %s', (kind) => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', uid: 'of-the-shop' } };
  const retain = (observed: Record<string, Observed> = {}) =>
    call(claim(kind, { deletionPolicy: 'Retain' }), { observed, required: { conn: null, namespace } });

  test('Retain gives every object the Namespace as a second owner, and a mark', () => {
    const { resources } = retain();
    expect(resources.length).toBeGreaterThan(1);
    for (const { object } of resources)
      expect(object.metadata).toMatchObject({
        ownerReferences: [{ apiVersion: 'v1', kind: 'Namespace', name: 'shop', uid: 'of-the-shop' }],
        labels: { 'zerotouch.bizmatters.io/deletion-policy': 'Retain' },
      });
  });

  test('Retain is in place when every object was seen with it', () => {
    expect(retain().status).toMatchObject({ deletionPolicy: 'Delete' });
    const seen = Object.fromEntries(
      retain().resources.map(({ key, object }) => [key, object as unknown as Observed]),
    );
    expect(retain(seen).status).toMatchObject({ deletionPolicy: 'Retain' });
  });

  test('nothing is said and nothing marked without it', () => {
    const { resources, status } = call(claim(kind), { required: { conn: null, namespace } });
    expect(status).not.toHaveProperty('deletionPolicy');
    for (const { object } of resources) expect(object.metadata).not.toHaveProperty('ownerReferences');
  });
});

test('a Dragonfly that is taken over says which fields of the claim wait', () => {
  const conditionOf = (spec: { [name: string]: Json }) =>
    call(claim('DragonflyInstance', { adopt: true, ...spec }), {
      required: { conn: null, dragonfly: dragonfly(byHand), 'adopted-secret': null },
    }).conditions.find(({ type }) => type === 'Adopted');
  expect(conditionOf({})?.message).toMatch(/^The Dragonfly stays .* about replicas/);
  expect(conditionOf({ replicas: 3 })?.message ?? '').not.toContain('replicas');
});

describe('what was said of something that a claim has stopped asking for', () => {
  const said = (kind: string, type: string) => ({
    ...claim(kind),
    status: { conditions: [{ type, status: 'True', reason: 'Before' }] },
  });
  test.each([
    ['PostgresInstance', 'Adopted'],
    ['PostgresInstance', 'BackupReady'],
    ['PostgresInstance', 'PoolerReady'],
    ['PostgresInstance', 'MonitoringReady'],
    ['DragonflyInstance', 'Adopted'],
  ])('of a %s, %s is taken back', (kind, type) => {
    const { conditions } = call(said(kind, type), { required: { conn: null } });
    expect(conditions).toContainEqual(
      expect.objectContaining({ type, status: 'Unknown', reason: 'NotAsked' }),
    );
  });

  test('is not said of a claim that never asked', () => {
    const { conditions } = call(claim('PostgresInstance'), { required: { conn: null } });
    expect(conditions.map(({ type }) => type)).toEqual(['Valid', 'DatabaseReady']);
  });

  test('of others nothing is taken back', () => {
    const { conditions } = call(said('PostgresInstance', 'Approved'), { required: { conn: null } });
    expect(conditions.map(({ type }) => type)).not.toContain('Approved');
  });
});
