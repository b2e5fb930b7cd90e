import { describe, expect, test } from 'vitest';
import { decodedData, objectOf } from '../../call.ts';
import { bucket, conn, own, secret } from './bucket-claims.ts';

describe('a bucket of an ObjectBucketClaim', () => {
  const answers = (port: string) => ({
    conn: null,
    login: secret({ AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key' }),
    address: {
      data: { BUCKET_HOST: 'rgw.rook.svc', BUCKET_PORT: port, BUCKET_NAME: 'b', BUCKET_REGION: '' },
    },
  });

  test.each([
    { port: '80', endpoint: 'http://rgw.rook.svc' },
    { port: '443', endpoint: 'https://rgw.rook.svc' },
    { port: '8443', endpoint: 'https://rgw.rook.svc:8443' },
    { port: '9000', endpoint: 'http://rgw.rook.svc:9000' },
  ])('is reached at $endpoint', ({ port, endpoint }) => {
    const made = bucket({ storageClassName: 'ceph' }, { required: answers(port) });
    expect(decodedData(objectOf(made, 'conn'))).toMatchObject({
      endpoint,
      bucket: 'b',
      region: 'us-east-1',
      'access-key': 'id',
      'secret-key': 'key',
    });
  });

  const bound = own({ kind: 'ObjectBucketClaim', status: { phase: 'Bound' } });

  test('is not looked at again once it is ready, though nobody knows whether versions are kept', () => {
    const observed = { 'bucket-claim': bound, conn };
    const found = { observed, required: { ...answers('80'), conn, 'standing-bucket': bound } };
    const { ttl, conditions } = bucket({ storageClassName: 'ceph' }, found);
    expect(conditions.find(({ type }) => type === 'VersioningReady')?.status).toBe('Unknown');
    expect(ttl).toBe(0);
    expect(bucket({ storageClassName: 'ceph' }, { required: answers('80') }).ttl).toBe(15);
  });

  test('keeps its one login, and says so', () => {
    const rotated = { storageClassName: 'ceph', credentialsRevision: '2' };
    const { conditions, ttl } = bucket(rotated, {
      observed: { 'bucket-claim': bound, conn },
      required: { ...answers('80'), conn, 'standing-bucket': bound },
    });
    expect(ttl).toBe(0);
    expect(conditions.find(({ type }) => type === 'CredentialsReady')).toMatchObject({
      status: 'False',
      reason: 'CannotRotate',
    });
  });
});
