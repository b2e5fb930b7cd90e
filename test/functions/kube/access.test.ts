import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../functions/composition/contract.ts';
import { at, list, object } from '../../../functions/composition/read.ts';
import { call, claim, objectOf } from '../call.ts';

const respond = (kind: string, spec: JsonObject, observed = {}) =>
  call(claim(kind, spec), { required: { conn: null }, observed });
const policy = (kind: string, spec: JsonObject) => objectOf(respond(kind, spec), 'network-policy');
const keys = (kind: string, spec: JsonObject) => respond(kind, spec).resources.map(({ key }) => key);

const from = [{ namespace: 'web' }, { namespace: 'jobs', pods: { app: 'nightly' } }, { pods: { app: 'a' } }];
const named = [
  { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'web' } } },
  {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'jobs' } },
    podSelector: { matchLabels: { app: 'nightly' } },
  },
  { podSelector: { matchLabels: { app: 'a' } } },
];
const namespace = { podSelector: {} };

describe('a database', () => {
  test('of which nothing is said is open to whoever has the password', () => {
    expect(keys('PostgresInstance', {})).not.toContain('network-policy');
  });

  test.each([
    { reason: 'to its own namespace', access: {}, peers: [namespace] },
    { reason: 'to those besides that the claim names', access: { from }, peers: [namespace, ...named] },
  ])('is open $reason, and to CloudNativePG', ({ access, peers }) => {
    const { spec } = policy('PostgresInstance', { access });
    expect(spec).toMatchObject({
      podSelector: { matchLabels: { 'cnpg.io/cluster': 'orders' } },
      policyTypes: ['Ingress'],
    });
    const [clients, servers, ...more] = list(at(spec, 'ingress')).map(object);
    expect(clients).toEqual({ from: peers, ports: [{ protocol: 'TCP', port: 5432 }] });
    expect(JSON.stringify(servers)).toContain('"app.kubernetes.io/name":"cloudnative-pg"');
    expect(list(servers?.ports).map((each) => object(each).port)).toEqual([5432, 8000]);
    expect(more).toEqual([]);
  });

  test('is scraped by whoever scrapes, where that is asked for', () => {
    const { spec } = policy('PostgresInstance', { access: {}, monitoring: true });
    expect(list(at(spec, 'ingress')).at(-1)).toEqual({ ports: [{ protocol: 'TCP', port: 9187 }] });
  });
});

describe('a cache', () => {
  test.each([{}, { access: {} }, { access: { from: [] } }])('with %j is as its operator has it', (spec) => {
    expect(keys('DragonflyInstance', spec)).not.toContain('network-policy');
  });

  test('is open besides to those whom the claim names, and on no other port', () => {
    expect(policy('DragonflyInstance', { access: { from } }).spec).toEqual({
      podSelector: { matchLabels: { app: 'orders', 'app.kubernetes.io/name': 'dragonfly' } },
      policyTypes: ['Ingress'],
      ingress: [{ from: named, ports: [{ protocol: 'TCP', port: 6379 }] }],
    });
  });
});

describe.each(['PostgresInstance', 'DragonflyInstance'])('the policy of a %s', (kind) => {
  const spec = { access: { from: [{ namespace: 'web' }] } };
  const condition = (observed: object) =>
    respond(kind, spec, observed).conditions.find(({ type }) => type === 'NetworkPolicyReady');

  test('is ready once it was seen', () => {
    expect(condition({})?.status).toBe('False');
    expect(condition({ 'network-policy': {} })?.status).toBe('True');
  });

  test('has labels that Pods can have', () => {
    const broken = { access: { from: [{ pods: { app: '-' } }] } };
    expect(respond(kind, broken).results[0]?.message).toContain('spec.access.from[0].pods.app');
  });
});
