import { describe, expect, test } from 'vitest';
import type { JsonObject, Lookup } from '../../../../functions/composition/contract.ts';
import { at } from '../../../../functions/composition/read.ts';
import { decodedData, objectOf } from '../../call.ts';
import { store, source, withoutBackup, secret, respond, fromClaim, fromStore } from './restoring.ts';

describe('how a new database is filled', () => {
  const recovered = { database: 'shop', owner: 'seller', secret: { name: 'copy-conn' }, source: 'origin' };
  const cases: {
    reason: string;
    spec: JsonObject;
    required: Record<string, Lookup>;
    bootstrap: JsonObject;
  }[] = [
    {
      reason: 'from the archive of a claim, as of a moment',
      spec: fromClaim({ at: '2026-03-02T09:30:00Z' }),
      required: { 'restore-cluster': source, 'restore-store': store },
      bootstrap: {
        recovery: { ...recovered, recoveryTarget: { targetTime: '2026-03-02T09:30:00Z' } },
      },
    },
    {
      reason: 'from the archive of a claim, beginning with a base backup',
      spec: fromClaim({ backup: '20260302T030000' }),
      required: { 'restore-cluster': source, 'restore-store': store },
      bootstrap: { recovery: { ...recovered, recoveryTarget: { backupID: '20260302T030000' } } },
    },
    {
      reason: 'from an archive by its name, which says what the database was called',
      spec: fromStore('bank.ledger.bbbbbbbb.pg16'),
      required: { 'restore-store': store },
      bootstrap: { recovery: { ...recovered, database: 'ledger', owner: 'ledger' } },
    },
    {
      reason: 'from an archive of v0.1.0, called like its claim',
      spec: fromStore('ledger'),
      required: { 'restore-store': store },
      bootstrap: { recovery: { ...recovered, database: 'ledger', owner: 'ledger' } },
    },
    {
      reason: 'with the names that the claim gives before all others',
      spec: { ...fromStore('bank.ledger.bbbbbbbb.pg16'), database: 'books', owner: 'clerk' },
      required: { 'restore-store': store },
      bootstrap: { recovery: { ...recovered, database: 'books', owner: 'clerk' } },
    },
    {
      reason: 'from a claim that runs, without any archive',
      spec: fromClaim(),
      required: { 'restore-cluster': withoutBackup },
      bootstrap: { pg_basebackup: recovered },
    },
    {
      reason: 'from another server',
      spec: { import: { secret: 'old-server' } },
      required: {
        'import-secret': secret({ host: 'db.example', user: 'reader', password: 'x', dbname: 'legacy' }),
      },
      bootstrap: {
        initdb: {
          database: 'copy',
          owner: 'copy',
          secret: { name: 'copy-conn' },
          dataChecksums: true,
          import: { type: 'microservice', databases: ['legacy'], source: { externalCluster: 'origin' } },
        },
      },
    },
  ];
  test.each(cases)('$reason', ({ spec, required, bootstrap }) => {
    expect(at(objectOf(respond(spec, required), 'cluster'), 'spec', 'bootstrap')).toEqual(bootstrap);
  });

  test('an archive is read through a copy of its store that prunes nothing', () => {
    const response = respond(fromClaim({ at: '2026-03-02T09:30:00Z' }), {
      'restore-cluster': source,
      'restore-store': store,
    });
    expect(objectOf(response, 'restore-store')).toMatchObject({
      metadata: { name: 'copy-restore' },
      spec: { configuration: store.spec.configuration },
    });
    expect(at(objectOf(response, 'restore-store'), 'spec', 'retentionPolicy')).toBeUndefined();
    expect(at(objectOf(response, 'cluster'), 'spec', 'externalClusters')).toEqual([
      {
        name: 'origin',
        plugin: {
          name: 'barman-cloud.cloudnative-pg.io',
          parameters: { barmanObjectName: 'copy-restore', serverName: 'shop.orders.aaaaaaaa.pg16' },
        },
      },
    ]);
  });

  test('its own Secret has a password of its own and the names of the database it has', () => {
    const response = respond(fromClaim(), { 'restore-cluster': source });
    expect(decodedData(objectOf(response, 'conn'))).toMatchObject({
      endpoint: 'copy-rw.shop.svc.cluster.local',
      username: 'seller',
      database: 'shop',
      password: 'drawn',
    });
  });

  test('a server to import from proves itself where the Secret has its authority', () => {
    const data = {
      endpoint: 'h',
      username: 'u',
      password: 'p',
      database: 'd',
      port: '6432',
      'ca.crt': 'PEM',
    };
    const response = respond({ import: { secret: 'old' } }, { 'import-secret': secret(data) });
    expect(at(objectOf(response, 'cluster'), 'spec', 'externalClusters')).toEqual([
      {
        name: 'origin',
        connectionParameters: { host: 'h', port: '6432', user: 'u', dbname: 'd', sslmode: 'verify-full' },
        password: { name: 'old', key: 'password' },
        sslRootCert: { name: 'old', key: 'ca.crt' },
      },
    ]);
  });
});

describe('what a database waits for before it is made', () => {
  const at1 = { at: '2026-03-02T09:30:00Z' };
  const cases: {
    reason: string;
    spec: JsonObject;
    required: Record<string, Lookup>;
    says: RegExp;
    phase: string;
  }[] = [
    {
      reason: 'a claim that is not there',
      spec: fromClaim(at1),
      required: { 'restore-cluster': null, 'restore-store': null },
      says: /no PostgresInstance orders .* restore\.from\.objectStore/,
      phase: 'Pending',
    },
    {
      reason: 'a claim that has no archive',
      spec: fromClaim(at1),
      required: { 'restore-cluster': withoutBackup, 'restore-store': null },
      says: /orders archives nowhere/,
      phase: 'Failed',
    },
    {
      reason: 'a claim that does not run yet',
      spec: fromClaim(),
      required: { 'restore-cluster': { ...source, status: {} } },
      says: /does not run yet/,
      phase: 'Pending',
    },
    {
      reason: 'a clone in another major version',
      spec: { ...fromClaim(), version: '17' },
      required: { 'restore-cluster': source },
      says: /runs PostgreSQL 16, not 17/,
      phase: 'Failed',
    },
    {
      reason: 'an archive of another major version',
      spec: { ...fromStore('shop.orders.aaaaaaaa.pg16'), version: '17' },
      required: { 'restore-store': store },
      says: /is of PostgreSQL 16, not 17/,
      phase: 'Failed',
    },
    {
      reason: 'a store that is not there',
      spec: fromStore('shop.orders.aaaaaaaa.pg16'),
      required: { 'restore-store': null },
      says: /ObjectStore company-s3 .* does not exist/,
      phase: 'Pending',
    },
    {
      reason: 'a moment before the archive begins',
      spec: fromClaim({ at: '2026-03-01T00:00:00Z' }),
      required: { 'restore-cluster': source, 'restore-store': store },
      says: /reaches back to 2026-03-02T03:00:00Z, which is after 2026-03-01T00:00:00Z/,
      phase: 'Failed',
    },
    {
      reason: 'a Secret that is not there',
      spec: { import: { secret: 'old' } },
      required: { 'import-secret': null },
      says: /Secret old, .* does not exist/,
      phase: 'Pending',
    },
    {
      reason: 'a Secret that does not say enough',
      spec: { import: { secret: 'old' } },
      required: { 'import-secret': secret({ endpoint: 'h', user: 'u' }) },
      says: /lacks database or dbname, password/,
      phase: 'Pending',
    },
  ];
  test.each(cases)('$reason', ({ spec, required, says, phase }) => {
    const response = respond(spec, required);
    expect(response.results).toEqual([]);
    expect(response.resources.map(({ key }) => key)).not.toContain('cluster');
    expect(response.status).toMatchObject({ phase, message: expect.stringMatching(says) });
    expect(response.ttl).toBe(15);
  });

  test('no base backup is spent before there is a Cluster', () => {
    const spec = { ...fromClaim(), backup: { objectStore: 'company-s3' } };
    const response = respond(spec, { 'restore-cluster': null, 'object-store': store });
    expect(response.resources.map(({ key }) => key)).toEqual(['conn', 'object-store']);
  });
});
