// Generated from xrds/objectbuckets.storage.bizmatters.io.yaml by `npm run generate`. Change the XRD, not this file.
import type { Schema } from '../../composition/schema.ts';

/** `spec` of ObjectBucket (storage.bizmatters.io/v1alpha1) after defaulting. */
export interface Spec {
  readonly provider?: 'aws' | 'objectBucketClaim';
  readonly region?: string;
  readonly storageClassName?: string;
  readonly versioning: boolean;
  readonly keepVersionsDays: number;
  readonly expireAfterDays?: number;
  readonly credentialsRevision: string;
  readonly adopt?: boolean;
  readonly deletionPolicy?: 'Delete' | 'Retain';
  readonly deletionProtection: boolean;
}

/** `status` of ObjectBucket as the function writes it. */
export interface Status {
  readonly phase?: 'Pending' | 'Provisioning' | 'Ready' | 'Degraded' | 'Failed';
  readonly message?: string;
  readonly deletionPolicy?: 'Delete' | 'Retain';
  readonly bucket?: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly secretName?: string;
  readonly credentialsRevision?: string;
}

/** What `spec` must fit. */
export const schema: Schema = {
  type: 'object',
  properties: {
    provider: { type: 'string', enum: ['aws', 'objectBucketClaim'] },
    region: { type: 'string', minLength: 1, maxLength: 32, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' },
    storageClassName: {
      type: 'string',
      minLength: 1,
      maxLength: 253,
      pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
    },
    versioning: { type: 'boolean', default: true },
    keepVersionsDays: { type: 'integer', minimum: 1, maximum: 3650, default: 30 },
    expireAfterDays: { type: 'integer', minimum: 1, maximum: 3650 },
    credentialsRevision: { type: 'string', default: '1', minLength: 1, maxLength: 63 },
    adopt: { type: 'boolean' },
    deletionPolicy: { type: 'string', enum: ['Delete', 'Retain'] },
    deletionProtection: { type: 'boolean', default: false },
  },
};
