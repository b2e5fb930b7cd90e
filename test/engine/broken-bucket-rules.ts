import type { BrokenRule } from './broken-rules.ts';

/** Claims that break the rules of ObjectBucket. */
export const bucketRules: readonly BrokenRule[] = [
  ...(
    [
      ['provider', {}, { provider: 'aws' }],
      ['provider', { provider: 'objectBucketClaim', storageClassName: 'one' }, { storageClassName: 'one' }],
      ['region', { region: 'eu-central-1' }, { region: 'eu-west-1' }],
      ['region', {}, { region: 'eu-west-1' }],
      ['storageClassName', { storageClassName: 'one' }, { storageClassName: 'another' }],
      ['storageClassName', {}, { storageClassName: 'another' }],
    ] as const
  ).map(([field, old, spec]): BrokenRule => ({
    kind: 'ObjectBucket',
    says: `${field} cannot change`,
    old,
    spec,
  })),
  {
    kind: 'ObjectBucket',
    says: 'storageClassName is needed with provider objectBucketClaim',
    spec: { provider: 'objectBucketClaim' },
  },
  {
    kind: 'ObjectBucket',
    says: 'storageClassName is nothing to AWS',
    spec: { provider: 'aws', storageClassName: 'one' },
  },
  {
    kind: 'ObjectBucket',
    says: 'region is for AWS',
    spec: { storageClassName: 'one', region: 'eu-central-1' },
  },
];
