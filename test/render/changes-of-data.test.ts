import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { compareClaims } from '../../render/difference/compare-claims.ts';
import { offerOf } from '../../render/platform.ts';
import { claim, difference, platform, summary } from './changes.ts';

describe('what a change of backups, poolers and archives comes to', () => {
  const store = {
    apiVersion: 'barmancloud.cnpg.io/v1',
    kind: 'ObjectStore',
    metadata: { name: 'company-s3', namespace: 'shop' },
    spec: { configuration: { destinationPath: 's3://backups' } },
  };
  const backup = { objectStore: 'company-s3' };
  const change = (before: Json, after: Json) => {
    const [old, now] = [claim('PostgresInstance', before), claim('PostgresInstance', after)];
    const offer = offerOf(platform, now);
    if (offer === undefined) throw new Error('no such kind');
    const comparison = compareClaims(platform, offer, old, now, { observed: [], required: [store] });
    if (comparison.kind === 'unreadable') throw new Error(JSON.stringify(comparison.problems));
    return Object.fromEntries(summary(comparison.difference).map(({ what, effects }) => [what, effects]));
  };

  test('a dropped backup leaves what is written from now on in no archive', () => {
    expect(change({ backup }, {})).toEqual({
      'changed cluster': [
        'restarts: restarts the instances, beside which the plugin runs',
        'final: what is written from now on is in no archive',
      ],
      'deleted object-store': [
        'final: what is written from now on is in no archive; what was archived stays in the bucket',
      ],
      'deleted scheduled-backup': ['final: no base backup is made any more'],
    });
  });

  test('a major upgrade begins an archive', () => {
    expect(change({ version: '16', backup }, { version: '18', backup })['changed cluster']).toContain(
      'final: a new archive begins, with a base backup when the upgrade is done; the old one stays and reaches up to the upgrade',
    );
  });

  test('a shorter retention deletes backups, a longer one does not', () => {
    const keep = (retention: string) => ({ backup: { ...backup, retention } });
    expect(change(keep('1m'), keep('2w'))).toEqual({
      'changed object-store': ['final: backups that are older than that are deleted'],
    });
    expect(change(keep('2w'), keep('1m'))).toEqual({ 'changed object-store': [] });
  });

  test('a pooler that shrinks, one that changes its mode and one that goes', () => {
    const pooler = (instances: number, mode: string) => ({ pooler: { instances, mode } });
    expect(change(pooler(3, 'session'), pooler(2, 'session'))['changed pooler']).toEqual([
      'restarts: ends the connections of the instances that go',
    ]);
    expect(change(pooler(2, 'session'), pooler(2, 'transaction'))['changed pooler']).toEqual([
      'restarts: takes from applications what they keep in a session',
    ]);
    expect(change(pooler(2, 'session'), {})['deleted pooler']).toEqual([
      'restarts: ends every connection through it',
    ]);
  });
});

describe('what is taken over', () => {
  const standing: JsonObject = {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'Cluster',
    metadata: { name: 'orders', namespace: 'shop', labels: { team: 'shop' } },
    spec: {
      instances: 3,
      imageName: 'ghcr.io/cloudnative-pg/postgresql:15-standard-trixie',
      storage: { size: '300Gi' },
      bootstrap: { initdb: { database: 'ledger', owner: 'bookkeeper' } },
      logLevel: 'debug',
      plugins: [{ name: 'audit.example' }],
    },
  };
  const cache: JsonObject = {
    apiVersion: 'dragonflydb.io/v1alpha1',
    kind: 'Dragonfly',
    metadata: { name: 'orders', namespace: 'shop' },
    spec: { replicas: 3, image: 'registry.example/dragonfly:v1.38.0' },
  };
  const taken = (before: JsonObject | undefined, after: JsonObject, required: readonly JsonObject[]) => {
    const offer = offerOf(platform, after);
    if (offer === undefined) throw new Error('no such kind');
    const comparison = compareClaims(platform, offer, before, after, { observed: [], required });
    if (comparison.kind === 'unreadable') throw new Error(JSON.stringify(comparison.problems));
    return comparison.difference.objects.flatMap((each) => [
      `${each.kind} ${each.key}`,
      ...('changes' in each ? each.changes.map(({ change }) => change.path) : []),
    ]);
  };

  test('a Cluster keeps what it says, and gets our Secret', () => {
    expect(taken(undefined, claim('PostgresInstance', { adopt: true }), [standing])).toEqual([
      'adopted cluster',
      'metadata.annotations.cnpg.io/hibernation',
      'spec.bootstrap.initdb.secret',
      'created conn',
    ]);
  });

  test('with backups it also loses the plugins that it had', () => {
    const store = {
      apiVersion: 'barmancloud.cnpg.io/v1',
      kind: 'ObjectStore',
      metadata: { name: 'company-s3', namespace: 'shop' },
      spec: { configuration: { destinationPath: 's3://backups' } },
    };
    const spec = { adopt: true, backup: { objectStore: 'company-s3' } };
    expect(taken(undefined, claim('PostgresInstance', spec), [standing, store])).toContain(
      'spec.plugins[audit.example]',
    );
  });

  test('a Dragonfly keeps its replicas and image', () => {
    const paths = taken(undefined, claim('DragonflyInstance', { adopt: true }), [cache]);
    expect(paths).toContain('adopted dragonfly');
    expect(paths).not.toContain('spec.replicas');
    expect(paths).not.toContain('spec.image');
  });

  test.each([
    { reason: 'with a login and a second replica', more: { authentication: {} }, lost: false, locked: false },
    { reason: 'open to everybody', more: {}, lost: false, locked: true },
    { reason: 'alone and without snapshots', more: { replicas: 1 }, lost: true, locked: true },
    { reason: 'alone, with snapshots', more: { replicas: 1, snapshot: {} }, lost: false, locked: true },
  ])('a Dragonfly $reason says what taking it over costs', ({ more, lost, locked }) => {
    const there = { ...cache, spec: { ...(cache['spec'] as JsonObject), ...more } };
    const changes = difference(undefined, claim('DragonflyInstance', { adopt: true }), [there]);
    const effects = summary(changes).flatMap((each) => each.effects);
    expect(effects.some((each) => each.includes('what it holds is lost'))).toBe(lost);
    expect(effects.includes('restarts: locks out clients that give no password')).toBe(locked);
  });

  test('what waited is applied when adopt is taken out', () => {
    const spec = { database: 'ledger', owner: 'bookkeeper' };
    const before = claim('PostgresInstance', { ...spec, adopt: true });
    expect(taken(before, claim('PostgresInstance', spec), [standing])).toEqual(
      expect.arrayContaining(['changed cluster', 'spec.instances', 'spec.imageName', 'spec.storage.size']),
    );
  });

  test('what nobody gave is created, as far as one can tell', () => {
    expect(taken(undefined, claim('PostgresInstance', { adopt: true }), [])).toEqual([
      'created cluster',
      'created conn',
    ]);
  });
});

test('what a deleted claim retains, stays', () => {
  const claims = { PostgresInstance: 'cluster', DragonflyInstance: 'dragonfly' };
  for (const [kind, key] of Object.entries(claims)) {
    const what = (spec: Json) => summary(difference(claim(kind, spec), undefined)).map((each) => each.what);
    expect(what({ deletionPolicy: 'Retain' })).toEqual(
      expect.arrayContaining([`retained ${key}`, 'retained conn']),
    );
    expect(what({ deletionPolicy: 'Delete' })).toEqual(
      expect.arrayContaining([`deleted ${key}`, 'deleted conn']),
    );
  }
});
