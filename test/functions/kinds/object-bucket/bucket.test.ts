import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { JsonObject, Observed } from '../../../../functions/composition/contract.ts';
import { at, text } from '../../../../functions/composition/read.ts';
import { call, claim, decodedData, objectOf } from '../../call.ts';
import { bucket, conn, keysOf, login, own, secret, settings } from './bucket-claims.ts';

const keyOf = (revision: string) =>
  `access-key-${createHash('sha256').update(revision).digest('hex').slice(0, 8)}`;

describe('a bucket at AWS', () => {
  const spec = { region: 'eu-central-1' };

  test('has no Secret before it has a login, and then everything in it', () => {
    expect(keysOf(bucket(spec, { required: { conn: null } }))).not.toContain('conn');
    const made = bucket(spec, { required: { conn: null, login } });
    expect(decodedData(objectOf(made, 'conn'))).toMatchObject({
      endpoint: 'https://s3.eu-central-1.amazonaws.com',
      region: 'eu-central-1',
      bucket: 'shop-orders-uid-of-t',
      'access-key': 'AKIA1',
      AWS_ACCESS_KEY_ID: 'AKIA1',
      AWS_SECRET_ACCESS_KEY: 'secret-1',
      AWS_ENDPOINT_URL_S3: 'https://s3.eu-central-1.amazonaws.com',
    });
  });

  test('a new revision makes a second key, and the first goes once the Secret has the second', () => {
    const rotated = { ...spec, credentialsRevision: '2' };
    const observed = { [keyOf('1')]: {}, conn };
    const making = bucket(rotated, { observed, required: { conn } });
    expect(keysOf(making)).toEqual(expect.arrayContaining([keyOf('1'), keyOf('2')]));
    expect(decodedData(objectOf(making, 'conn'))['access-key']).toBe('AKIA1');

    const second = secret({ username: 'AKIA2', password: 'secret-2' });
    const written = bucket(rotated, { observed, required: { conn, login: second } });
    expect(decodedData(objectOf(written, 'conn'))['access-key']).toBe('AKIA2');
    expect(keysOf(written), 'applications have it still').toContain(keyOf('1'));

    const seen = own(secret({}, '2'));
    const done = bucket(rotated, {
      observed: { ...observed, conn: seen },
      required: { conn: seen, login: second },
    });
    expect(keysOf(done)).not.toContain(keyOf('1'));
  });

  test.each([
    {
      reason: 'of another claim',
      owners: [{ controller: true, kind: 'PostgresInstance', name: 'x', uid: 'x' }],
    },
    { reason: 'made by hand', owners: [] },
  ])('takes no Secret $reason', ({ owners }) => {
    const found = {
      ...secret({ password: 'x' }),
      metadata: { name: 'orders-conn', ownerReferences: owners },
    };
    const { results } = bucket(spec, { required: { conn: found, login } });
    expect(results[0]?.message).toMatch(/Secret orders-conn/);
  });

  test('that stands there already is taken over by consent, and keeps its name, its region and its settings', () => {
    const standing: Observed = {
      kind: 'Bucket',
      metadata: {
        name: 'orders',
        annotations: { 'crossplane.io/external-name': 'by-hand' },
        ownerReferences: [],
      },
      spec: { forProvider: { region: 'eu-west-1', tags: { team: 'shop' } } },
    };
    const found = { required: { conn: null, 'standing-bucket': standing } };
    expect(bucket(spec, found).results[0]?.message).toMatch(/Bucket orders.*spec\.adopt/);
    const adopted = bucket({ ...spec, adopt: true }, found);
    expect(objectOf(adopted, 'bucket')).toMatchObject({
      metadata: { annotations: { 'crossplane.io/external-name': 'by-hand' } },
      spec: { forProvider: { region: 'eu-west-1', tags: { team: 'shop' } } },
    });
    expect(keysOf(adopted)).not.toContain('versioning');
  });

  test('of the account is had only by the claim that the platform gives it to, and never deleted', () => {
    const platform = settings({ existing: { 'shop/orders': 'old-archive', 'shop-eu/orders': 'theirs' } });
    const given = bucket({}, { required: { conn: null, platform } });
    expect(objectOf(given, 'bucket')).toMatchObject({
      metadata: { annotations: { 'crossplane.io/external-name': 'old-archive' } },
      spec: { managementPolicies: ['Observe'] },
    });
    expect(keysOf(given)).not.toContain('lifecycle');
    const later = own({ ...objectOf(given, 'bucket'), kind: 'Bucket' });
    const taken = bucket(
      {},
      { observed: { bucket: later }, required: { conn: null, 'standing-bucket': later } },
    );
    expect(at(objectOf(taken, 'bucket'), 'spec', 'managementPolicies')).toEqual(['Observe']);
    expect(keysOf(taken)).not.toContain('lifecycle');
  });

  test('that a claim made stays its own, with what the API server writes where nobody says a policy', () => {
    const made = objectOf(bucket(spec, { required: { conn: null } }), 'bucket');
    const standing = own({ ...made, spec: { ...(made.spec as JsonObject), managementPolicies: ['*'] } });
    const found = { observed: { bucket: standing }, required: { conn: null, 'standing-bucket': standing } };
    const later = bucket({ ...spec, deletionPolicy: 'Delete' }, found);
    expect(at(objectOf(later, 'bucket'), 'spec', 'managementPolicies')).toBeUndefined();
    expect(keysOf(later)).toEqual(expect.arrayContaining(['versioning', 'lifecycle', 'public-access-block']));
  });

  test('is used by a login of its own, not by a user who has its name at AWS, and a later claim goes on with it', () => {
    const platform = settings({ existing: { 'shop/orders': 'terraform' } });
    const given = bucket({}, { required: { conn: null, platform } });
    const userOf = (response: ReturnType<typeof bucket>, key: string) =>
      at(objectOf(response, key), 'metadata', 'annotations', 'crossplane.io/external-name');
    for (const key of ['user', 'policy']) expect(userOf(given, key), key).toBe('shop-orders-uid-of-t');

    const retained = objectOf(given, 'bucket');
    const again = { ...claim('ObjectBucket', { adopt: true }) };
    const later = call(
      { ...again, metadata: { ...(again.metadata as JsonObject), uid: 'another-uid' } },
      { required: { conn: null, 'standing-bucket': retained } },
    );
    for (const key of ['user', 'policy']) expect(userOf(later, key), key).toBe('shop-orders-uid-of-t');
  });

  test.each([
    { deletionPolicy: undefined, forceDestroy: false, policies: undefined },
    { deletionPolicy: 'Delete', forceDestroy: true, policies: undefined },
    {
      deletionPolicy: 'Retain',
      forceDestroy: false,
      policies: ['Create', 'Observe', 'Update', 'LateInitialize'],
    },
  ])('with deletionPolicy $deletionPolicy', ({ deletionPolicy, forceDestroy, policies }) => {
    const made = bucket({ ...spec, ...(deletionPolicy === undefined ? {} : { deletionPolicy }) });
    for (const key of ['bucket', 'versioning'])
      expect(at(objectOf(made, key), 'spec', 'managementPolicies'), key).toEqual(policies);
    expect(at(objectOf(made, 'bucket'), 'spec', 'forProvider', 'forceDestroy')).toBe(forceDestroy);
  });

  test('says what AWS refused', () => {
    const message = 'cannot create: BucketAlreadyExists';
    const refused = own({
      kind: 'Bucket',
      metadata: {},
      status: { conditions: [{ type: 'Synced', status: 'False', reason: 'ReconcileError', message }] },
    });
    const { status } = bucket(spec, { observed: { bucket: refused } });
    expect(text(at(status as JsonObject, 'message'))).toContain(message);
  });
});
