import { describe, expect, test } from 'vitest';
import type { Json, JsonObject, Observed } from '../../../../functions/composition/contract.ts';
import { at } from '../../../../functions/composition/read.ts';
import { exclusiveOf } from '../../../../render/exclusive.ts';
import { offerNamed, platform } from '../../../claims/offers.ts';
import type { Found } from '../../call.ts';
import { call, claim, objectOf } from '../../call.ts';

const login = (values: Record<string, string> = {}): Observed => ({
  data: Object.fromEntries(
    Object.entries({
      endpoint: 'http://rgw.rook-ceph.svc:8080',
      region: 'us-east-1',
      bucket: 'shop-dumps-5c1e7a90',
      'access-key': 'EXAMPLEID',
      'secret-key': 'example',
      ...values,
    }).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  ),
});

const cache = (found: Found = {}, spec: JsonObject = {}, name = 'sessions') =>
  call(claim('DragonflyInstance', { snapshots: { bucket: 'dumps' }, ...spec }, name), found);
const made = (found: Found, spec: JsonObject = {}) => objectOf(cache(found, spec), 'dragonfly');
const placed = (found: Found, spec: JsonObject = {}) =>
  cache(found, spec).conditions.find(({ type }) => type === 'SnapshotsPlaced');
const known = { required: { 'snapshot-bucket': login() } };
const folder = 'dragonfly.shop.sessions.uid-of-t.$(REPLICA)';

describe('snapshots in a bucket', () => {
  test('are in a folder for each replica, each beside those before it, and on no volume', () => {
    const { spec } = made(known);
    expect(at(spec, 'snapshot')).toEqual({
      cron: '*/30 * * * *',
      dir: `s3://shop-dumps-5c1e7a90/${folder}`,
    });
    expect(at(spec, 'args')).toEqual(
      expect.arrayContaining([
        '--dbfilename=dump-{timestamp}',
        '--s3_endpoint=rgw.rook-ceph.svc:8080',
        '--s3_use_https=false',
      ]),
    );
    expect(JSON.stringify(at(spec, 'env'))).toContain("metadata.labels['apps.kubernetes.io/pod-index']");
    expect(cache(known).status).toMatchObject({ snapshotFolder: 'shop.sessions.uid-of-t' });
  });

  test.each([
    { endpoint: 'https://s3.eu-central-1.amazonaws.com', args: [] },
    { endpoint: 'https://s3.cn-north-1.amazonaws.com.cn', args: [] },
    { endpoint: 'https://objects.example.com', args: ['--s3_endpoint=objects.example.com'] },
    { endpoint: 'https://objects.example.com/', args: ['--s3_endpoint=objects.example.com'] },
  ])('are reached at $endpoint by $args', ({ endpoint, args }) => {
    const { spec } = made({ required: { 'snapshot-bucket': login({ endpoint }) } });
    const flags = at(spec, 'args') as string[];
    expect(flags.filter((flag) => flag.startsWith('--s3'))).toEqual(args);
  });

  test('say no key of the bucket anywhere but in the Secret that has it', () => {
    const response = JSON.stringify(
      cache({ required: { 'snapshot-bucket': login({ 'secret-key': 'hush' }) } }),
    );
    expect(response).not.toContain('hush');
    expect(response).not.toContain(Buffer.from('hush').toString('base64'));
  });

  test('restart the replicas with a new key, as those read it at their start', () => {
    const checksum = (key: string) =>
      at(
        made({ required: { 'snapshot-bucket': login({ 'access-key': key }) } }).spec,
        'podMetadata',
        'annotations',
        'zerotouch.bizmatters.io/bucket-login-checksum',
      );
    expect(checksum('ONE')).not.toEqual(checksum('OTHER'));
  });

  test('need no volume for as much as the size has room for', () => {
    expect(cache(known, { size: '2xlarge', storageGB: 5 }).results).toEqual([]);
  });

  test.each([
    { version: 'v1.36.9', refused: true },
    { version: 'v1.37.0', refused: false },
    { version: 'v2.0.0', refused: false },
  ])('are found again by $version or refused with it', ({ version, refused }) => {
    const messages = cache(known, { version }).results.map(({ message }) => message);
    expect(messages.join()).toContain(refused ? 'spec.version: may start empty' : '');
    expect(messages).toHaveLength(refused ? 1 : 0);
  });
});

describe('while the bucket is not there', () => {
  test.each([
    { reason: 'nobody made it', found: null },
    { reason: 'its login is not complete', found: login({ bucket: '' }) },
  ])('because $reason, no cache is made, and the claim says what it waits for', ({ found }) => {
    const response = cache({ required: { conn: null, 'snapshot-bucket': found } });
    expect(response.resources.map(({ key, readiness }) => [key, readiness.ready])).toEqual([['conn', false]]);
    const message =
      'ObjectBucket dumps has no login in this namespace yet: Secret dumps-conn is not there, or not complete.';
    expect(response.status).toMatchObject({ phase: 'Pending', message });
    expect(response.conditions).toContainEqual({
      type: 'SnapshotsPlaced',
      status: 'False',
      reason: 'BucketMissing',
      message,
    });
  });

  test('a cache that stands stays as it is', () => {
    const dragonfly = made(known);
    const later = { observed: { dragonfly }, required: { 'snapshot-bucket': null } };
    expect(made(later)).toEqual(dragonfly);
    expect(placed(later)).toMatchObject({ status: 'False', reason: 'BucketMissing' });
  });
});

describe('a cache that stands keeps its place', () => {
  test('when the ObjectBucket was made anew, and is another bucket', () => {
    const found = {
      observed: { dragonfly: made(known) },
      required: { 'snapshot-bucket': login({ bucket: 'shop-dumps-0badcafe' }) },
    };
    expect(at(made(found), 'spec', 'snapshot', 'dir')).toBe(`s3://shop-dumps-5c1e7a90/${folder}`);
    expect(placed(found)).toMatchObject({ status: 'False', reason: 'BucketChanged' });
  });

  test('when it was made on volumes, by whoever made it', () => {
    const found = {
      observed: { dragonfly: objectOf(call(claim('DragonflyInstance', {}, 'sessions')), 'dragonfly') },
      ...known,
    };
    expect(at(made(found), 'spec', 'snapshot')).toHaveProperty('persistentVolumeClaimSpec');
    expect(at(made(found), 'spec')).not.toHaveProperty('env');
    expect(placed(found)).toMatchObject({ status: 'False', reason: 'PlaceStands' });
  });
});

describe('a claim that goes on in the folder of another', () => {
  const spec = { snapshots: { bucket: 'dumps', folder: 'shop.sessions.uid-of-t' } };
  const again = (writer: Json) =>
    cache({ required: { ...known.required, 'snapshot-writer': writer as Observed | null } }, spec, 'again');

  test('begins with what is there', () => {
    const response = again(null);
    expect(at(objectOf(response, 'dragonfly'), 'spec', 'snapshot', 'dir')).toBe(
      `s3://shop-dumps-5c1e7a90/${folder}`,
    );
    expect(response.requirements['snapshot-writer']).toMatchObject({ kind: 'Dragonfly', name: 'sessions' });
  });

  test.each([
    { reason: 'another replica could be the master of what it has not', live: undefined, replicas: 1 },
    { reason: 'it is being read', live: { status: { phase: 'resources-created' } }, replicas: 1 },
    { reason: 'the first has it', live: { spec: { replicas: 1 }, status: { phase: 'Ready' } }, replicas: 3 },
    { reason: 'it has begun', live: { spec: { replicas: 3 }, status: {} }, replicas: 3 },
  ])('has $replicas replicas because $reason', ({ live, replicas }) => {
    const found: Found = { ...known, ...(live === undefined ? {} : { observed: { dragonfly: live } }) };
    expect(at(made(found, { ...spec, replicas: 3 }), 'spec', 'replicas')).toBe(replicas);
    expect(at(made(found, { replicas: 3 }), 'spec', 'replicas')).toBe(3);
  });

  test('is refused while that one writes there', () => {
    expect(again(made(known)).results).toMatchObject([
      {
        severity: 'fatal',
        message: expect.stringContaining(
          'spec.snapshots.folder: Dragonfly sessions writes there still',
        ) as string,
      },
    ]);
  });

  test('has the folder for itself', () => {
    const own = claim('DragonflyInstance', spec, 'again');
    expect(exclusiveOf(platform, offerNamed('DragonflyInstance'), own)).toContainEqual({
      what: 'folder shop.sessions.uid-of-t at ObjectBucket shop/dumps',
      path: 'spec.snapshots.folder',
    });
  });

  test('waits until somebody has looked', () => {
    const response = call(claim('DragonflyInstance', spec, 'again'), {
      looked: false,
      required: { ...known.required, conn: null, dragonfly: null },
    });
    expect(response.resources.map(({ key }) => key)).toEqual(['conn']);
  });
});
