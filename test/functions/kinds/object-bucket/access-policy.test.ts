import { describe, expect, test } from 'vitest';
import { accessPolicy, regionEndpoint } from '../../../../functions/kinds/object-bucket/aws/access-policy.ts';

const key = 'arn:aws:kms:eu-central-1:111122223333:key/one';

/** As IAM decides: denied unless a statement with this action, this resource and its condition allows it. */
function allows(
  policy: ReturnType<typeof accessPolicy>,
  action: string,
  resource: string,
  overTls = true,
): boolean {
  const matches = (pattern: string, value: string) =>
    new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(value);
  return policy.Statement.some(
    (each) =>
      each.Effect === 'Allow' &&
      each.Action.some((one) => matches(one, action)) &&
      matches(each.Resource, resource) &&
      (overTls || each.Condition === undefined),
  );
}

describe("what a bucket's login may do", () => {
  const policy = accessPolicy({ bucket: 'shop-uploads-1', region: 'eu-central-1', kmsKey: undefined });
  const own = 'arn:aws:s3:::shop-uploads-1';

  test.each([
    { reason: 'find the region', action: 's3:GetBucketLocation', resource: own },
    { reason: 'list', action: 's3:ListBucket', resource: own },
    { reason: 'read', action: 's3:GetObject', resource: `${own}/a/b` },
    { reason: 'write', action: 's3:PutObject', resource: `${own}/a` },
    { reason: 'delete', action: 's3:DeleteObject', resource: `${own}/a` },
    { reason: 'give an upload up', action: 's3:AbortMultipartUpload', resource: `${own}/a` },
  ])('$reason', ({ action, resource }) => {
    expect(allows(policy, action, resource)).toBe(true);
    expect(allows(policy, action, resource, false), 'without TLS').toBe(false);
  });

  test.each([
    { reason: 'not delete the bucket', action: 's3:DeleteBucket', resource: own },
    { reason: 'not open it to others', action: 's3:PutBucketPolicy', resource: own },
    { reason: 'not open it to the public', action: 's3:PutBucketPublicAccessBlock', resource: own },
    { reason: 'not take versions away', action: 's3:DeleteObjectVersion', resource: `${own}/a` },
    { reason: 'not stop keeping versions', action: 's3:PutBucketVersioning', resource: own },
    { reason: 'not change when objects go', action: 's3:PutLifecycleConfiguration', resource: own },
    { reason: 'not hand out an object', action: 's3:PutObjectAcl', resource: `${own}/a` },
    { reason: 'not see other buckets', action: 's3:ListAllMyBuckets', resource: '*' },
    { reason: 'not read one whose name begins alike', action: 's3:GetObject', resource: `${own}0/a` },
    { reason: 'not list another', action: 's3:ListBucket', resource: 'arn:aws:s3:::shop-uploads-2' },
    { reason: 'not decrypt', action: 'kms:Decrypt', resource: key },
    { reason: 'not make itself more', action: 'iam:PutUserPolicy', resource: 'arn:aws:iam::1:user/x' },
  ])('$reason', ({ action, resource }) => {
    expect(allows(policy, action, resource)).toBe(false);
  });

  test('with a key of the platform use that one for objects', () => {
    const encrypted = accessPolicy({ bucket: 'b', region: 'eu-central-1', kmsKey: key });
    expect(allows(encrypted, 'kms:Decrypt', key)).toBe(true);
    expect(allows(encrypted, 'kms:Decrypt', `${key}x`)).toBe(false);
    expect(allows(encrypted, 'kms:ScheduleKeyDeletion', key)).toBe(false);
  });
});

test.each([
  ['eu-central-1', 'arn:aws:s3:::b', 'https://s3.eu-central-1.amazonaws.com'],
  ['cn-north-1', 'arn:aws-cn:s3:::b', 'https://s3.cn-north-1.amazonaws.com.cn'],
  ['us-gov-west-1', 'arn:aws-us-gov:s3:::b', 'https://s3.us-gov-west-1.amazonaws.com'],
])('in %s everything is called as it is there', (region, resource, endpoint) => {
  expect(accessPolicy({ bucket: 'b', region, kmsKey: undefined }).Statement[0]?.Resource).toBe(resource);
  expect(regionEndpoint(region)).toBe(endpoint);
});
