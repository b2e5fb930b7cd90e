import { describe, expect, test } from 'vitest';
import type { JsonObject, Lookup, Observed } from '../../../../functions/composition/contract.ts';
import { at, text } from '../../../../functions/composition/read.ts';
import { call, claim, decodedData, objectOf } from '../../call.ts';
import { isTrue } from '../../readiness.ts';

function respond(
  spec: JsonObject,
  required: Record<string, Lookup> = {},
  observed: Record<string, Observed> = {},
) {
  return call(claim('PostgresInstance', spec), {
    required: { conn: null, cluster: null, ...required },
    observed,
  });
}

const parameter = (spec: JsonObject, name: string, live?: Observed) =>
  at(objectOf(respond(spec, { cluster: live ?? null }), 'cluster'), 'spec', 'postgresql', 'parameters', name);

describe('max_connections', () => {
  /** As v0.1.0 made it. */
  const first = (memory: string): Observed => ({
    spec: { resources: { limits: { memory } }, postgresql: { parameters: { max_connections: '100' } } },
  });
  test.each([
    { reason: 'micro', spec: { size: 'micro' }, wanted: '112' },
    { reason: 'small, which ten workers of an AgentExecutor fit into', spec: {}, wanted: '225' },
    { reason: 'medium', spec: { size: 'medium' }, wanted: '450' },
    { reason: 'large', spec: { size: 'large' }, wanted: '901' },
    { reason: '2xlarge', spec: { size: '2xlarge' }, wanted: '3604' },
    { reason: 'as given', spec: { parameters: { max_connections: '300' } }, wanted: '300' },
    { reason: 'of v0.1.0, which stays: a change restarts', spec: {}, live: first('2Gi'), wanted: '100' },
    {
      reason: 'of v0.1.0 whose size changes, which restarts it anyway',
      spec: { size: 'medium' },
      live: first('2Gi'),
      wanted: '450',
    },
  ])('$reason', ({ spec, live, wanted }) => {
    expect(parameter(spec, 'max_connections', live)).toBe(wanted);
  });

  test('all of them together sort in a quarter of the memory, however many are given', () => {
    for (const [size, limit] of [
      ['micro', 1024],
      ['small', 2048],
      ['medium', 4096],
      ['large', 8192],
      ['xlarge', 16384],
      ['2xlarge', 32768],
    ] as const)
      for (const parameters of [{}, { max_connections: '50' }, { max_connections: '2000' }]) {
        const spec = { size, parameters };
        const workMem = Number.parseInt(text(parameter(spec, 'work_mem')), 10);
        const most = Number(parameter(spec, 'max_connections'));
        expect(workMem * most).toBeLessThanOrEqual((limit * 1024) / 4);
      }
  });
});

describe('the Secret', () => {
  const keysOfToday =
    'POSTGRES_DB POSTGRES_HOST POSTGRES_PASSWORD POSTGRES_PORT POSTGRES_USER database endpoint jdbc-uri password port uri username';
  const added = (spec: JsonObject, required: Record<string, Lookup> = {}, observed = {}) => {
    const data = decodedData(objectOf(respond(spec, required, observed), 'conn'));
    return Object.fromEntries(Object.entries(data).filter(([key]) => !keysOfToday.split(' ').includes(key)));
  };

  test('has what it had, and no more, for one instance that nobody has seen', () => {
    const data = decodedData(objectOf(respond({}), 'conn'));
    expect(Object.keys(data).toSorted().join(' ')).toBe(keysOfToday);
  });
  test('has a way to the standbys where there are some', () => {
    expect(added({ instances: 2 })).toEqual({
      'read-only-host': 'orders-ro.shop.svc.cluster.local',
      'read-only-uri': 'postgresql://orders:drawn@orders-ro.shop.svc.cluster.local:5432/orders',
    });
  });
  test('has a way through the pooler where there is one', () => {
    expect(added({ pooler: {} })).toEqual({
      'pooler-host': 'orders-pooler.shop.svc.cluster.local',
      'pooler-uri': 'postgresql://orders:drawn@orders-pooler.shop.svc.cluster.local:5432/orders',
    });
  });

  const encoded = (value: string) => Buffer.from(value).toString('base64');
  const authority = {
    data: { 'ca.crt': encoded('-----BEGIN CERTIFICATE-----\nnew\n'), 'ca.key': encoded('key') },
  };
  const conn = { data: { 'ca.crt': encoded('-----BEGIN CERTIFICATE-----\nold'), password: encoded('kept') } };
  test('has the certificate of the authority once there is one, without its newline and without its key', () => {
    expect(added({}, { authority })).toEqual({ 'ca.crt': '-----BEGIN CERTIFICATE-----\nnew' });
  });
  test('keeps it while it cannot be read', () => {
    expect(added({}, {}, { conn })).toEqual({ 'ca.crt': '-----BEGIN CERTIFICATE-----\nold' });
  });
  test('follows it when it changes', () => {
    expect(added({}, { authority }, { conn })).toEqual({ 'ca.crt': '-----BEGIN CERTIFICATE-----\nnew' });
  });
});

describe('the pooler', () => {
  const pooled = (spec: JsonObject = {}) => respond({ pooler: { mode: 'session', instances: 2, ...spec } });

  test('takes at most four fifths of the connections, in all of its instances', () => {
    for (const instances of [1, 2, 3]) {
      const { spec } = objectOf(pooled({ instances }), 'pooler');
      const size = Number(at(spec, 'pgbouncer', 'parameters', 'default_pool_size'));
      expect(size * instances).toBeLessThanOrEqual(180);
      expect(size * instances).toBeGreaterThan(170);
    }
  });
  test('is believed by clients that verify its name', () => {
    expect(at(objectOf(pooled(), 'cluster'), 'spec', 'certificates', 'serverAltDNSNames')).toEqual([
      'orders-pooler',
      'orders-pooler.shop',
      'orders-pooler.shop.svc',
      'orders-pooler.shop.svc.cluster.local',
    ]);
  });

  const deployment = {
    metadata: { generation: 1 },
    spec: { replicas: 2 },
    status: { observedGeneration: 1, updatedReplicas: 2, conditions: [isTrue('Available')] },
  };
  test.each([
    { reason: 'not made', ready: false },
    {
      reason: 'made, and nobody has looked at its Pods',
      pooler: { status: { phase: 'active' } },
      ready: false,
    },
    { reason: 'its Pods serve', pooler: { status: { phase: 'active' } }, deployment, ready: true },
    { reason: 'its Pods serve, of an operator that tells no phase', pooler: {}, deployment, ready: true },
    {
      reason: 'given up by the operator',
      pooler: { status: { phase: 'failed', phaseReason: 'no such image' } },
      deployment,
      ready: false,
      says: 'no such image',
    },
  ])('is ready by its Pods: $reason', ({ pooler, deployment: found, ready, says }) => {
    const response = respond(
      { pooler: {} },
      { 'pooler-deployment': found ?? null },
      pooler === undefined ? {} : { pooler },
    );
    const condition = response.conditions.find(({ type }) => type === 'PoolerReady');
    expect(condition?.status).toBe(ready ? 'True' : 'False');
    expect(condition?.message ?? '').toContain(says ?? '');
  });
});
