import type { Account } from './managed.ts';

/** A statement of a policy of AWS. */
interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string;
  readonly Condition?: object;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export interface AccessPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

const encrypted = { Bool: { 'aws:SecureTransport': 'true' } };

/**
 * What the login of a bucket may do: read, write and list its objects, over TLS, and nothing else. Earlier versions it can neither read nor
 * delete, so that whoever has got hold of it cannot take them away.
 */
export function accessPolicy({
  bucket,
  region,
  kmsKey,
}: Pick<Account, 'bucket' | 'region' | 'kmsKey'>): AccessPolicy {
  const arn = `arn:${partitionOf(region)}:s3:::${bucket}`;
  const allow = (Sid: string, Resource: string, Action: readonly string[]): Statement => ({
    Sid,
    Effect: 'Allow',
    Action,
    Resource,
    Condition: encrypted,
  });
  return {
    Version: '2012-10-17',
    Statement: [
      allow('Bucket', arn, ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads']),
      allow('Objects', `${arn}/*`, [
        's3:AbortMultipartUpload',
        's3:DeleteObject',
        's3:GetObject',
        's3:ListMultipartUploadParts',
        's3:PutObject',
      ]),
      ...(kmsKey === undefined ? [] : [allow('Key', kmsKey, ['kms:Decrypt', 'kms:GenerateDataKey'])]),
    ],
  };
}

/** AWS is three clouds, which know nothing of each other. */
function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** Where S3 is spoken to in the region. */
export function regionEndpoint(region: string): string {
  return `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}
