import type { Json, JsonObject, Observed } from '../../../../functions/composition/contract.ts';
import { call, claim } from '../../call.ts';

const base64 = (value: string) => Buffer.from(value).toString('base64');

/** A Secret as it stands in the cluster. */
export const secret = (entries: Record<string, string>, revision?: string): Observed => ({
  kind: 'Secret',
  type: 'Opaque',
  metadata: {
    name: 'orders-conn',
    ...(revision === undefined
      ? {}
      : { annotations: { 'zerotouch.bizmatters.io/credentials-revision': revision } }),
  },
  data: Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, base64(value)])),
});
/** The same object, made for the claim. */
export const own = (object: Observed): Observed => ({
  ...object,
  metadata: {
    ...(object.metadata as JsonObject),
    ownerReferences: [{ controller: true, uid: 'uid-of-the-claim' }],
  },
});
/** What the AWS provider writes for an access key. */
export const login = secret({ username: 'AKIA1', password: 'secret-1' });
/** The connection Secret of the claim, with that access key in it. */
export const conn = own(
  secret(
    {
      endpoint: 'https://s3.eu-central-1.amazonaws.com',
      region: 'eu-central-1',
      bucket: 'shop-orders-uid-of-t',
      'access-key': 'AKIA1',
      'secret-key': 'secret-1',
    },
    '1',
  ),
);
/** What the platform says of buckets. */
export const settings = (buckets: Json): Observed => ({ data: { buckets } });
/** What the function makes of a claim of this kind. */
export const bucket = (spec: Json, found: Parameters<typeof call>[1] = {}) =>
  call(claim('ObjectBucket', spec), found);
export const keysOf = (response: ReturnType<typeof call>) => response.resources.map(({ key }) => key);
