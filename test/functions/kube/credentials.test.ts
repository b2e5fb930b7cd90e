import { describe, expect, test } from 'vitest';
import type { JsonObject, Lookup, Observed } from '../../../functions/composition/contract.ts';
import { call, claim, decodedData, objectOf } from '../call.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

function secret(
  changes: { password?: string; revision?: string; owner?: string; type?: string } = {},
): Observed {
  const { password = 'kept', revision = '1', owner, type = 'kubernetes.io/basic-auth' } = changes;
  return {
    type,
    metadata: {
      annotations: revision === '' ? {} : { 'zerotouch.bizmatters.io/credentials-revision': revision },
      ...(owner === undefined
        ? {}
        : { ownerReferences: [{ kind: 'PostgresInstance', name: 'other', uid: owner, controller: true }] }),
    },
    data: password === '' ? {} : { password: base64(password) },
  };
}

const ours = 'uid-of-the-claim';

const cases: readonly {
  reason: string;
  live: Lookup;
  observed?: Observed;
  revision?: string;
  password: string | undefined;
}[] = [
  { reason: 'nothing is drawn before the live look', live: undefined, password: undefined },
  {
    reason: 'before the live look the observed password stays',
    live: undefined,
    observed: secret(),
    password: 'kept',
  },
  {
    reason: 'before the live look a rotation waits',
    live: undefined,
    observed: secret(),
    revision: '2',
    password: 'kept',
  },
  { reason: 'a look that finds nothing draws', live: null, password: 'drawn' },
  {
    reason: 'a look that finds nothing draws although the cache still shows one',
    live: null,
    observed: secret(),
    password: 'drawn',
  },
  { reason: 'a found password is kept', live: secret({ owner: ours }), password: 'kept' },
  {
    reason: 'a found password is kept although the cache shows none',
    live: secret({ owner: ours }),
    password: 'kept',
  },
  { reason: 'another revision draws once', live: secret({ owner: ours }), revision: '2', password: 'drawn' },
  {
    reason: 'the revision it has stays',
    live: secret({ owner: ours, revision: '2' }),
    revision: '2',
    password: 'kept',
  },
  { reason: 'a Secret that a person made is adopted', live: secret({ revision: '' }), password: 'kept' },
  {
    reason: 'a Secret without a password gets one',
    live: secret({ password: '', owner: ours }),
    password: 'drawn',
  },
];

describe('the password of a connection Secret', () => {
  test.each(cases)('$reason', ({ live, observed, revision, password }) => {
    const spec = revision === undefined ? {} : { credentialsRevision: revision };
    const response = call(claim('PostgresInstance', spec), {
      required: { conn: live },
      ...(observed === undefined ? {} : { observed: { conn: observed } }),
    });
    expect(response.results).toEqual([]);
    expect(response.requirements.conn).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      name: 'orders-conn',
      namespace: 'shop',
    });
    const made = response.resources.find(({ key }) => key === 'conn')?.object as JsonObject | undefined;
    expect(made && decodedData(made).password).toBe(password);
  });

  const refusals: readonly { reason: string; live: Observed; says: RegExp }[] = [
    {
      reason: "another claim's Secret is never overwritten",
      live: secret({ owner: 'someone-else' }),
      says: /belongs to PostgresInstance other/,
    },
    {
      reason: 'a type cannot change',
      live: secret({ type: 'Opaque' }),
      says: /type Opaque, where kubernetes.io\/basic-auth is needed/,
    },
    {
      reason: 'a newline would break every login',
      live: secret({ password: 'kept\n' }),
      says: /white space/,
    },
  ];

  test.each(refusals)('refused: $reason', ({ live, says }) => {
    const response = call(claim('PostgresInstance'), { required: { conn: live } });
    expect(response.resources).toEqual([]);
    expect(response.results).toHaveLength(1);
    expect(response.results[0]?.message).toMatch(says);
    expect(response.results[0]?.message).not.toContain('kept');
    expect(response.requirements.conn).toBeDefined();
  });
});

describe('the contract of the connection Secret', () => {
  test('PostgresInstance', () => {
    const object = objectOf(call(claim('PostgresInstance'), { required: { conn: null } }), 'conn');
    expect(object.type).toBe('kubernetes.io/basic-auth');
    expect(object.metadata).toMatchObject({
      name: 'orders-conn',
      namespace: 'shop',
      labels: { 'cnpg.io/reload': 'true' },
    });
    expect(decodedData(object)).toEqual({
      endpoint: 'orders-rw.shop.svc.cluster.local',
      port: '5432',
      username: 'orders',
      password: 'drawn',
      database: 'orders',
      uri: 'postgresql://orders:drawn@orders-rw.shop.svc.cluster.local:5432/orders',
      'jdbc-uri': 'jdbc:postgresql://orders-rw.shop.svc.cluster.local:5432/orders?user=orders&password=drawn',
      POSTGRES_HOST: 'orders-rw.shop.svc.cluster.local',
      POSTGRES_PORT: '5432',
      POSTGRES_DB: 'orders',
      POSTGRES_USER: 'orders',
      POSTGRES_PASSWORD: 'drawn',
    });
  });

  test('DragonflyInstance', () => {
    const object = objectOf(call(claim('DragonflyInstance'), { required: { conn: null } }), 'conn');
    expect(object.type).toBe('Opaque');
    expect(decodedData(object)).toEqual({
      endpoint: 'orders.shop.svc.cluster.local',
      port: '6379',
      password: 'drawn',
      uri: 'redis://:drawn@orders.shop.svc.cluster.local:6379/0',
      DRAGONFLY_HOST: 'orders.shop.svc.cluster.local',
      DRAGONFLY_PORT: '6379',
      DRAGONFLY_PASSWORD: 'drawn',
    });
  });

  test('an adopted password that a URI would misread is escaped there and nowhere else', () => {
    const adopted = secret({ password: 'p@ss/wörd', revision: '' });
    const data = decodedData(
      objectOf(call(claim('PostgresInstance'), { required: { conn: adopted } }), 'conn'),
    );
    expect(data.password).toBe('p@ss/wörd');
    expect(new URL(data.uri ?? '').password).toBe(encodeURIComponent('p@ss/wörd'));
  });

  test('a new password rolls the Dragonfly Pods, an unknown one does not', () => {
    const known = objectOf(call(claim('DragonflyInstance'), { required: { conn: null } }), 'dragonfly');
    const blind = objectOf(call(claim('DragonflyInstance'), { observed: { dragonfly: known } }), 'dragonfly');
    const rotated = objectOf(
      call(claim('DragonflyInstance'), { required: { conn: null }, password: 'next' }),
      'dragonfly',
    );
    expect(blind).toEqual(known);
    expect(rotated).not.toEqual(known);
  });
});
