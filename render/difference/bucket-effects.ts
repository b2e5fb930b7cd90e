import type { Rule } from './effect.ts';
import { final } from './effect.ts';

/** Of the objects that make a bucket at AWS. */
export const bucketRules: Readonly<Record<string, readonly Rule[]>> = {
  Bucket: [
    {
      path: /^spec\.forProvider\.forceDestroy$/,
      effects: (_before, after) =>
        after === true ? [final('the objects go with the claim from now on')] : [],
    },
  ],
  BucketVersioning: [
    {
      path: /^spec\.forProvider\.versioningConfiguration\.status$/,
      effects: (_before, after) =>
        after === 'Suspended' ? [final('what is overwritten or deleted from now on is lost')] : [],
    },
  ],
  BucketLifecycleConfiguration: [
    {
      path: /^spec\.forProvider\.rule\b/,
      effects: () => [final('objects and versions that are older than that are deleted')],
    },
  ],
};
