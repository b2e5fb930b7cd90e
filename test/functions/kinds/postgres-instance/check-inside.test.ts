import { describe, expect, test } from 'vitest';
import { call, claim } from '../../call.ts';

describe('what nobody could make', () => {
  test.each([
    { reason: 'an extension by its nickname', spec: { extensions: ['pgvector'] }, says: 'is called vector' },
    {
      reason: 'one that no image has',
      spec: { extensions: ['postgis'] },
      says: 'spec.extensions[0]: postgis',
    },
    {
      reason: 'one of a further database',
      spec: { databases: [{ name: 'reports', extensions: ['timescaledb'] }] },
      says: 'spec.databases[0].extensions[0]',
    },
    {
      reason: 'the first database a second time',
      spec: { database: 'shop', owner: 'app', databases: [{ name: 'shop' }] },
      says: 'spec.databases[0].name: shop is the first database',
    },
    {
      reason: 'its owner a second time',
      spec: { owner: 'app', roles: [{ name: 'app' }] },
      says: 'spec.roles[0].name: app owns the first database',
    },
    {
      reason: 'a role of a database that is not there',
      spec: { roles: [{ name: 'reader', database: 'gone' }] },
      says: 'spec.roles: reader leads to gone, which is none of spec.databases',
    },
    { reason: 'an owner called public', spec: { owner: 'public' }, says: 'public belongs to PostgreSQL' },
    { reason: 'an owner called none', spec: { owner: 'none' }, says: 'none belongs to PostgreSQL' },
  ])('$reason is refused', ({ spec, says }) => {
    const { results } = call(claim('PostgresInstance', spec), { required: { conn: null } });
    expect(results[0]).toMatchObject({ severity: 'fatal', message: expect.stringContaining(says) as string });
  });
});
