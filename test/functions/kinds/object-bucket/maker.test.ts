import { describe, expect, test } from 'vitest';
import { bucket, keysOf, own, settings } from './bucket-claims.ts';

describe('who makes a bucket', () => {
  const claimed = settings({ provider: 'objectBucketClaim', storageClassName: 'ceph' });

  test.each([
    { reason: 'AWS, where nobody says', spec: {}, platform: null, key: 'bucket' },
    { reason: 'what the platform says', spec: {}, platform: claimed, key: 'bucket-claim' },
    { reason: 'what the claim says', spec: { provider: 'aws' }, platform: claimed, key: 'bucket' },
    { reason: 'a StorageClass', spec: { storageClassName: 'x' }, platform: null, key: 'bucket-claim' },
  ])('$reason', ({ spec, platform, key }) => {
    expect(keysOf(bucket(spec, { required: { platform, conn: null } }))).toContain(key);
  });

  test('whoever made it, whatever the platform says later', () => {
    const standing = own({ kind: 'Bucket', metadata: { name: 'orders' } });
    const found = { observed: { bucket: standing }, required: { platform: claimed, conn: null } };
    expect(keysOf(bucket({}, found))).toContain('bucket');
  });

  test('the StorageClass has to be said', () => {
    const platform = settings({ provider: 'objectBucketClaim' });
    expect(bucket({}, { required: { platform } }).results[0]?.message).toContain('spec.storageClassName');
  });

  test.each([
    { spec: {}, missing: 'bucket', says: /^Bucket .* AWS provider/ },
    { spec: {}, missing: 'user', says: /^User .* AWS provider/ },
    {
      spec: { storageClassName: 'x' },
      missing: 'bucket-claim',
      says: /^ObjectBucketClaim .* Rook or NooBaa/,
    },
  ])('without $missing the claim says what to install', ({ spec, missing, says }) => {
    const served = { bucket: true, user: true, 'bucket-claim': true, [missing]: false };
    const response = bucket(spec, { served, required: { conn: null } });
    expect(response.results).toEqual([]);
    expect(keysOf(response)).toEqual([]);
    expect(response.conditions.find(({ type }) => type === 'BucketReady')?.message).toMatch(says);
  });
});
