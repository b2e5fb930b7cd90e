import { randomBytes } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import type { JsonObject } from '../../../functions/composition/contract.ts';
import { at, list, object, text } from '../../../functions/composition/read.ts';
import { secretValue } from '../../../functions/kube/secret-value.ts';
import { apply, find, get, operate } from './api.ts';

/**
 * Plays an operator of ObjectBucketClaims, such as Rook and NooBaa, of which none can be had: each claim of its StorageClass becomes a
 * bucket, and a user who may do nothing but use that, on the S3 server of the node, versitygw. As the contract says, the login is in a
 * Secret and the address in a ConfigMap, both called like the claim and owned by it; when the claim goes, so do user, bucket and
 * objects. It makes no ObjectBucket, in which operators note for themselves what they made.
 * https://rook.io/docs/rook/latest/Storage-Configuration/Object-Storage-RGW/ceph-object-bucket-claim/
 */
const apiVersion = 'objectbucket.io/v1alpha1';
const kind = 'ObjectBucketClaim';
const finalizer = 'objectbucket.io/finalizer';
const variable = (name: string) => process.env[name] ?? '';
const endpoint = variable('S3_ENDPOINT');
const region = variable('S3_REGION');
const root = new AwsClient({
  accessKeyId: variable('S3_ACCESS_KEY'),
  secretAccessKey: variable('S3_SECRET_KEY'),
  service: 's3',
  region,
  retries: 0,
});

/** Asks the S3 server, as its administrator; `fine` is the status, besides success, of what was done already. */
async function ask(
  method: string,
  path: string,
  fine: number,
  request: { readonly body?: string; readonly headers?: Record<string, string> } = {},
): Promise<string> {
  const answer = await root.fetch(`${endpoint}${path}`, { method, ...request });
  const said = await answer.text();
  if (!answer.ok && answer.status !== fine)
    throw new Error(`cannot ${method} ${path}: ${answer.status} ${said}`);
  return said;
}

/** Users, and buckets for them, are made by versitygw's own requests. https://github.com/versity/versitygw/wiki/Admin-APIs */
async function make(bucket: string, accessKey: string, secretKey: string): Promise<void> {
  const body = `<Account><Access>${accessKey}</Access><Secret>${secretKey}</Secret><Role>user</Role></Account>`;
  await ask('PATCH', '/create-user', 409, { body });
  await ask('PATCH', `/${bucket}/create`, 409, { headers: { 'x-vgw-owner': accessKey } });
}

async function unmake(bucket: string, accessKey: string): Promise<void> {
  for (;;) {
    const listed = await ask('GET', `/${bucket}?list-type=2`, 404);
    const keys = Array.from(listed.matchAll(/<Key>([^<]*)<\/Key>/g), ([, key = '']) => key);
    if (keys.length === 0) break;
    for (const key of keys) await ask('DELETE', `/${bucket}/${key}`, 404);
  }
  await ask('DELETE', `/${bucket}`, 404);
  await ask('PATCH', `/delete-user?access=${accessKey}`, 404);
}

async function serve(claim: JsonObject): Promise<void> {
  const { name, namespace, uid, deletionTimestamp, finalizers } = object(claim['metadata']);
  const bucket = text(at(claim, 'spec', 'bucketName'));
  const accessKey = text(uid).replaceAll('-', '').slice(0, 20).toUpperCase();
  const path = (kinds: string) => `/namespaces/${text(namespace)}/${kinds}/${text(name)}`;
  const own = `/apis/${apiVersion}${path('objectbucketclaims')}`;
  const head = { apiVersion, kind, metadata: { name, namespace } };
  if (deletionTimestamp !== undefined) {
    if (!list(finalizers).includes(finalizer)) return;
    await unmake(bucket, accessKey);
    await apply(own, head);
    return;
  }
  if (at(claim, 'status', 'phase') === 'Bound') return;

  await apply(own, { ...head, metadata: { ...head.metadata, finalizers: [finalizer] } });
  const standing = await find(`/api/v1${path('secrets')}`);
  const secretKey = secretValue(standing, 'AWS_SECRET_ACCESS_KEY') || randomBytes(30).toString('base64url');
  const metadata = { name, namespace, ownerReferences: [{ apiVersion, kind, name, uid, controller: true }] };
  const stringData = { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey };
  await apply(`/api/v1${path('secrets')}`, { apiVersion: 'v1', kind: 'Secret', metadata, stringData });
  await make(bucket, accessKey, secretKey);
  const { hostname, port } = new URL(endpoint);
  const data = { BUCKET_HOST: hostname, BUCKET_PORT: port, BUCKET_NAME: bucket, BUCKET_REGION: region };
  await apply(`/api/v1${path('configmaps')}`, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
  await apply(`${own}/status`, { ...head, status: { phase: 'Bound' } });
}

async function look(storageClass: string): Promise<void> {
  const { items } = await get(`/apis/${apiVersion}/objectbucketclaims`);
  for (const claim of list(items).map(object))
    if (at(claim, 'spec', 'storageClassName') === storageClass) await serve(claim);
}

void operate(() => look(process.argv[2] ?? ''));
