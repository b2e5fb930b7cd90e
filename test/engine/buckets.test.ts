import { beforeAll, expect, it } from 'vitest';
import { s3 } from '../e2e/pods/s3.ts';
import type { Api, Live } from './api.ts';
import { startBuckets } from './bucket-server.ts';
import { claim, gone, newNamespace, settled } from './claims.ts';
import { describeEngine } from './engine.ts';

const storageClassName = 'versitygw';

/** The entries of `<claim>-conn`. */
async function connection(api: Api, { metadata: { name, namespace = '' } }: Live) {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: `${name}-conn`, namespace } };
  const entries = Object.entries((await api.get(secret))['data'] as Record<string, string>);
  return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
}

describeEngine('buckets on an S3 server', ({ api, plane }) => {
  beforeAll(() => startBuckets(plane, storageClassName), 600_000);

  async function made(namespace: string, name: string): Promise<Live> {
    const draft = claim('ObjectBucket', namespace, name, { storageClassName });
    await api.apply(draft);
    return settled(api, draft, 'Ready', 'True');
  }

  it('are written and read with what -conn holds', async () => {
    const conn = await connection(api, await made(await newNamespace(api, 'buckets'), 'uploads'));
    await s3({ conn, method: 'PUT', path: 'letters/first', body: 'Dear all' });
    expect(await s3({ conn, method: 'GET', path: 'letters/first' })).toEqual({
      status: 200,
      text: 'Dear all',
    });
  });

  it('open to no login but their own', async () => {
    const namespace = await newNamespace(api, 'buckets');
    const [own, other] = [await made(namespace, 'uploads'), await made(namespace, 'backups')];
    const conn = await connection(api, own);
    const { bucket } = other['status'] as { readonly bucket: string };
    expect(await s3({ conn, bucket, method: 'GET', path: '?list-type=2' })).toMatchObject({ status: 403 });
    expect(await s3({ conn, bucket, method: 'PUT', path: 'mine', body: '' })).toMatchObject({ status: 403 });
  });

  it('go with their claim, and their login with them', async () => {
    const live = await made(await newNamespace(api, 'buckets'), 'uploads');
    const conn = await connection(api, live);
    await s3({ conn, method: 'PUT', path: 'letters/first', body: 'Dear all' });
    await api.delete(live);
    await gone(api, live);
    await gone(api, {
      apiVersion: 'objectbucket.io/v1alpha1',
      kind: 'ObjectBucketClaim',
      metadata: live.metadata,
    });
    const { text: said } = await s3({ conn, method: 'GET', path: 'letters/first' });
    expect(said).toContain('<Code>InvalidAccessKeyId</Code>');
  });
});
