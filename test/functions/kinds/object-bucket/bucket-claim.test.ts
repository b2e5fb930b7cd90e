import { describe, expect, test } from 'vitest';
import { decodedData, objectOf } from '../../call.ts';
import { bucket, conn, secret } from './bucket-claims.ts';

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

  test('keeps its one login, and says so', () => {
    const rotated = { storageClassName: 'ceph', credentialsRevision: '2' };
    const { conditions } = bucket(rotated, { required: { ...answers('80'), conn } });
    expect(conditions.find(({ type }) => type === 'CredentialsReady')).toMatchObject({
      status: 'False',
      reason: 'CannotRotate',
    });
  });
});
