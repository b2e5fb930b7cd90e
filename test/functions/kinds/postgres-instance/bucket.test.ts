import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../functions/composition/contract.ts';
import { at } from '../../../../functions/composition/read.ts';
import { call, claim, objectOf } from '../../call.ts';

const login = (entries: Record<string, string>): JsonObject => ({
  kind: 'Secret',
  data: Object.fromEntries(
    Object.entries(entries).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  ),
});
const aws = login({ endpoint: 'https://s3.eu-central-1.amazonaws.com', bucket: 'shop-backups-1' });
const rook = login({ endpoint: 'http://rgw.rook.svc', bucket: 'shop-backups-1' });
const backup = { bucket: 'backups' };

describe('a database that backs up to a bucket', () => {
  const database = (required: Record<string, JsonObject | null>, observed: Record<string, JsonObject> = {}) =>
    call(claim('PostgresInstance', { backup }), { required, observed });

  test('asks for the Secret of the bucket', () => {
    expect(database({}).requirements['object-store']).toMatchObject({
      kind: 'Secret',
      name: 'backups-conn',
      namespace: 'shop',
    });
  });

  test('archives there with what the Secret holds', () => {
    const response = database({ 'object-store': aws });
    const key = (name: string) => ({ name: 'backups-conn', key: name });
    expect(objectOf(response, 'object-store')).toMatchObject({
      metadata: { name: 'orders-backup' },
      spec: {
        retentionPolicy: '30d',
        configuration: {
          destinationPath: 's3://shop-backups-1/postgres',
          endpointURL: 'https://s3.eu-central-1.amazonaws.com',
          s3Credentials: {
            accessKeyId: key('access-key'),
            secretAccessKey: key('secret-key'),
            region: key('region'),
          },
        },
      },
    });
    expect(at(objectOf(response, 'cluster'), 'spec', 'plugins')).toHaveLength(1);
  });

  test.each([
    { server: 'AWS', secret: aws, without: false },
    { server: 'another', secret: rook, without: true },
  ])('sends $server checksums that it takes', ({ secret, without }) => {
    const { spec } = objectOf(database({ 'object-store': secret }), 'object-store');
    expect(at(spec, 'instanceSidecarConfiguration', 'env') !== undefined).toBe(without);
  });

  test.each([
    { reason: 'is not there', secret: null },
    { reason: 'is not complete', secret: login({ endpoint: 'http://rgw.rook.svc' }) },
  ])('is made without it while the login $reason, and says so', ({ secret }) => {
    const response = database({ 'object-store': secret });
    expect(at(objectOf(response, 'cluster'), 'spec', 'plugins')).toBeUndefined();
    expect(response.conditions.find(({ type }) => type === 'BackupReady')).toMatchObject({
      status: 'False',
      reason: 'BucketMissing',
      message: expect.stringContaining('ObjectBucket backups has no login') as unknown,
    });
  });

  test('keeps its archive while the Secret cannot be read', () => {
    const made = objectOf(database({ 'object-store': aws }), 'object-store');
    const later = objectOf(database({ 'object-store': null }, { 'object-store': made }), 'object-store');
    expect(later.spec).toEqual(made.spec);
  });
});

test('a database is restored from an archive in a bucket', () => {
  const restore = { from: { bucket: 'backups', serverName: 'shop.orders.11111111.pg16' } };
  const response = call(claim('PostgresInstance', { restore }), { required: { 'restore-store': rook } });
  expect(at(objectOf(response, 'restore-store'), 'spec', 'configuration', 'destinationPath')).toBe(
    's3://shop-backups-1/postgres',
  );
  const missing = call(claim('PostgresInstance', { restore }), { required: { 'restore-store': null } });
  expect(missing.conditions.find(({ type }) => type === 'Restored')?.message).toContain(
    'ObjectBucket backups',
  );
});
