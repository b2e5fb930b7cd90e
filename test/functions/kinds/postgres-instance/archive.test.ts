import { describe, expect, test } from 'vitest';
import type { JsonObject, Observed } from '../../../../functions/composition/contract.ts';
import { at } from '../../../../functions/composition/read.ts';
import { call, claim, objectOf } from '../../call.ts';
import type { Found } from '../../call.ts';
import { isTrue } from '../../readiness.ts';

const backedUp = { version: '16', backup: { objectStore: 'company-s3' } };
const store = {
  spec: {
    configuration: { destinationPath: 's3://backups/pg', s3Credentials: { inheritFromIAMRole: true } },
    instanceSidecarConfiguration: { env: [{ name: 'AWS_DEFAULT_REGION', value: 'eu-3' }], logLevel: 'debug' },
    retentionPolicy: '400d',
    somethingNew: { of: 'a later plugin' },
  },
};

/** A Cluster as it stands, archiving under this name. */
function archivingCluster(major: string, serverName: string | undefined, status: JsonObject = {}): Observed {
  const parameters = {
    barmanObjectName: 'orders-backup',
    ...(serverName === undefined ? {} : { serverName }),
  };
  return {
    metadata: { name: 'orders' },
    spec: {
      imageName: `registry.example:5000/cloudnative-pg/postgresql:${major}-standard-trixie`,
      plugins: [{ name: 'barman-cloud.cloudnative-pg.io', isWALArchiver: true, parameters }],
    },
    status,
  };
}

/** What the Cluster is told of its archive: undefined without the plugin, null where the plugin takes its name. */
function archive(spec: JsonObject, found: Found): unknown {
  const cluster = objectOf(call(claim('PostgresInstance', spec), found), 'cluster');
  const plugin = at(cluster, 'spec', 'plugins');
  if (!Array.isArray(plugin)) return undefined;
  return at(plugin[0], 'parameters', 'serverName') ?? null;
}

test('the copy of a store keeps everything but its retention, whatever the plugin lets it say', () => {
  const response = call(claim('PostgresInstance', backedUp), {
    required: { conn: null, cluster: null, 'object-store': store },
  });
  expect(objectOf(response, 'object-store').spec).toEqual({ ...store.spec, retentionPolicy: '30d' });
});

test('a store that cannot be read at the moment leaves its copy as it is', () => {
  const copy = { spec: { ...store.spec, retentionPolicy: '30d' } };
  const response = call(claim('PostgresInstance', backedUp), {
    observed: { 'object-store': copy },
    required: { conn: null, cluster: null, 'object-store': null },
  });
  expect(objectOf(response, 'object-store').spec).toEqual(copy.spec);
});

describe('where a database archives', () => {
  const own = 'shop.orders.uid-of-t.pg16';
  const cases: {
    reason: string;
    version?: string;
    live?: Observed;
    cached?: Observed;
    store?: typeof store | null;
    archive: unknown;
  }[] = [
    {
      reason: 'nowhere while there is no store: it would stop the operator',
      store: null,
      archive: undefined,
    },
    { reason: 'under a name of its own, once there is', archive: own },
    {
      reason: 'where it does, while its store cannot be read',
      store: null,
      live: archivingCluster('16', own),
      archive: own,
    },
    {
      reason: 'where a claim of v0.1.0 does: under the name of its Cluster',
      live: archivingCluster('16', undefined),
      archive: null,
    },
    {
      reason: 'where it does, although the cache has not seen the Cluster',
      live: archivingCluster('16', 'kept'),
      archive: 'kept',
    },
    {
      reason: 'where it does, although the live look found nothing',
      cached: archivingCluster('16', 'kept'),
      archive: 'kept',
    },
    {
      reason: 'elsewhere from the next major version on',
      version: '18',
      live: archivingCluster('16', own),
      archive: 'shop.orders.uid-of-t.pg18',
    },
    {
      reason: 'elsewhere from the next major version on, for a claim of v0.1.0 too',
      version: '18',
      live: archivingCluster('16', undefined),
      archive: 'shop.orders.uid-of-t.pg18',
    },
    {
      reason: 'where it does, with an image from a catalog',
      live: {
        ...archivingCluster('16', 'kept'),
        spec: {
          imageCatalogRef: { major: 16 },
          plugins: [{ name: 'barman-cloud.cloudnative-pg.io', parameters: { serverName: 'kept' } }],
        },
      },
      archive: 'kept',
    },
  ];
  test.each(cases)('$reason', ({ version = '16', live, cached, store: found = store, archive: wanted }) => {
    const observed: Record<string, Observed> = cached === undefined ? {} : { cluster: cached };
    const required = { conn: null, cluster: live ?? null, 'object-store': found };
    expect(archive({ ...backedUp, version }, { observed, required })).toBe(wanted);
  });

  test('two claims of one name have each their own', () => {
    const names = ['shop', 'bank'].map((namespace) => {
      const composite = claim('PostgresInstance', backedUp);
      const response = call(
        { ...composite, metadata: { name: 'orders', namespace, uid: `${namespace}-uid` } },
        { required: { conn: null, cluster: null, 'object-store': store } },
      );
      return at(response.status as JsonObject, 'archive');
    });
    expect(new Set(names).size).toBe(2);
  });
});

describe('a base backup follows a major upgrade', () => {
  const healthy = { currentPrimary: 'orders-1', conditions: [isTrue('Ready')] };
  const upgraded = (running: number): Observed => ({
    ...archivingCluster('18', 'shop.orders.uid-of-t.pg18', {
      ...healthy,
      pgDataImageInfo: { majorVersion: running },
    }),
    metadata: {
      name: 'orders',
      annotations: { 'zerotouch.bizmatters.io/archive-follows': 'shop.orders.uid-of-t.pg16' },
    },
  });
  const keys = (live: Observed, observed: Record<string, Observed> = {}) =>
    call(claim('PostgresInstance', { ...backedUp, version: '18' }), {
      observed,
      required: { conn: null, cluster: live, 'object-store': store },
    }).resources.map(({ key }) => key);

  test('not while pg_upgrade runs', () => {
    expect(keys(upgraded(16))).not.toContain('base-backup-pg18');
  });
  test('as soon as the new server runs', () => {
    expect(keys(upgraded(18))).toContain('base-backup-pg18');
  });
  test('not for a database that began with its version', () => {
    const { metadata: _, ...fresh } = upgraded(18);
    expect(keys({ ...fresh, metadata: { name: 'orders' } })).not.toContain('base-backup-pg18');
  });
  test('not again when the plugin has deleted the Backup, as it does with those past their retention', () => {
    const window = { firstRecoverabilityPoint: '2026-03-01T00:00:00Z' };
    const serverRecoveryWindow = { 'shop.orders.uid-of-t.pg18': window };
    const observed = { 'object-store': { ...store, status: { serverRecoveryWindow } } };
    expect(keys(upgraded(18), observed)).not.toContain('base-backup-pg18');
  });
  test('and stays, as does that of an upgrade before', () => {
    const observed = { 'base-backup-pg17': { status: { phase: 'completed' } } };
    expect(keys(upgraded(16), observed)).toContain('base-backup-pg17');
  });
  test('the Cluster remembers which archive went before', () => {
    const response = call(claim('PostgresInstance', { ...backedUp, version: '18' }), {
      required: { conn: null, cluster: archivingCluster('16', undefined), 'object-store': store },
    });
    expect(at(objectOf(response, 'cluster'), 'metadata', 'annotations')).toMatchObject({
      'zerotouch.bizmatters.io/archive-follows': 'orders',
    });
  });
});
