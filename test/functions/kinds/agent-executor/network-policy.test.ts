import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../../functions/composition/contract.ts';
import { at, list } from '../../../../functions/composition/read.ts';
import { call, claim, objectOf } from '../../call.ts';

const image = 'registry.example/worker:v1';
const secret = (data: Record<string, string>) => ({
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, btoa(value)])),
});

function policy(spec: JsonObject, required: Record<string, JsonObject> = {}, key = 'network-policy') {
  const response = call(
    claim('AgentExecutor', { image, natsMonitoringEndpoint: 'nats.example.com:8222', ...spec }),
    { required },
  );
  expect(response.results).toEqual([]);
  return objectOf(response, key);
}

/** Whom the policy lets the Pods connect to on a port. */
function peersOn(port: number, object: JsonObject): readonly Json[] {
  return list(at(object, 'spec', 'egress'))
    .filter((rule) => list(at(rule, 'ports')).some((each) => at(each, 'port') === port))
    .flatMap((rule) => list(at(rule, 'to')));
}

const inNamespace = (name: string) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});
const block = (cidr: string) => ({ ipBlock: expect.objectContaining({ cidr }) as unknown });
const abroad = [block('0.0.0.0/0'), block('::/0')];

describe('where workers may connect', () => {
  test.each([
    { natsUrl: 'nats://nats.nats.svc:4222', to: [inNamespace('nats')] },
    { natsUrl: 'nats://NATS.Messaging.svc.cluster.local:4222', to: [inNamespace('messaging')] },
    { natsUrl: 'nats://nats:4222', to: [inNamespace('shop')] },
    { natsUrl: 'nats://10.20.30.40:4222', to: [block('10.20.30.40/32')] },
    { natsUrl: 'tls://nats.example.com:4222', to: abroad },
    { natsUrl: 'tls://example.com:4222', to: [inNamespace('com'), ...abroad] },
  ])('to $natsUrl', ({ natsUrl, to }) => {
    expect(peersOn(4222, policy({ natsUrl }))).toEqual(to);
    expect(peersOn(4222, policy({ natsUrl }, {}, 'stream-network-policy'))).toEqual(to);
  });

  test('a server outside is left to a claim that says itself what lies outside', () => {
    const egress = [{ cidr: '192.0.2.0/24', ports: [4222] }];
    expect(peersOn(4222, policy({ natsUrl: 'tls://nats.example.com', egress }))).toEqual([
      block('192.0.2.0/24'),
    ]);
  });

  test('to database and cache as their Secrets say, and in the own namespace until they do', () => {
    const postgres = secret({ POSTGRES_HOST: 'db-rw.data.svc.cluster.local', POSTGRES_PORT: '6432' });
    const dragonfly = secret({ DRAGONFLY_HOST: '10.9.8.7', DRAGONFLY_PORT: '6379' });
    const known = policy({}, { postgres, dragonfly });
    expect(peersOn(6432, known)).toEqual([inNamespace('data')]);
    expect(peersOn(5432, known)).toEqual([]);
    expect(peersOn(6379, known)).toEqual([block('10.9.8.7/32')]);
    const odd = secret({ POSTGRES_HOST: 'postgres://u:p@h/db', POSTGRES_PORT: '0' });
    for (const required of [{}, { postgres: odd, dragonfly: {} }])
      expect(peersOn(5432, policy({}, required))).toEqual([inNamespace('shop')]);
  });

  test('by default everywhere but private addresses and cloud metadata', () => {
    const to = peersOn(443, policy({}));
    expect(to).toEqual(abroad);
    const closed = to.flatMap((peer) => list(at(peer, 'ipBlock', 'except')));
    for (const each of [
      '10.0.0.0/8',
      '172.16.0.0/12',
      '192.168.0.0/16',
      '169.254.0.0/16',
      'fc00::/7',
      'fe80::/10',
    ])
      expect(closed).toContain(each);
    expect(peersOn(443, policy({ egress: [] }))).toEqual([]);
  });

  test('to Pods that the claim names', () => {
    const egress = [
      { namespace: 'models', pods: { app: 'vllm' }, ports: [8000] },
      { namespace: 'tools', ports: [8001] },
      { pods: { app: 'collector' }, ports: [4318] },
    ];
    const made = policy({ egress });
    expect(peersOn(8000, made)).toEqual([
      { ...inNamespace('models'), podSelector: { matchLabels: { app: 'vllm' } } },
    ]);
    expect(peersOn(8001, made)).toEqual([inNamespace('tools')]);
    expect(peersOn(4318, made)).toEqual([{ podSelector: { matchLabels: { app: 'collector' } } }]);
  });

  test('with no rule for everybody on every port', () => {
    for (const natsUrl of ['nats://nats', 'nats://nats.example.com'])
      for (const egress of [[], [{ namespace: 'a' }], [{ cidr: '10.0.0.0/8' }]])
        for (const rule of list(at(policy({ natsUrl, egress }), 'spec', 'egress')))
          expect(list(at(rule, 'to')).length + list(at(rule, 'ports')).length).toBeGreaterThan(0);
  });
});

describe('who may connect to workers', () => {
  const from = (spec: JsonObject) =>
    list(at(policy(spec), 'spec', 'ingress')).flatMap((rule) => list(at(rule, 'from')));

  test('are the Pods of their namespace, or those that the claim names', () => {
    expect(from({})).toEqual([{ podSelector: {} }]);
    expect(from({ ingress: [{ namespace: 'monitoring' }, { pods: { app: 'gateway' } }] })).toEqual([
      inNamespace('monitoring'),
      { podSelector: { matchLabels: { app: 'gateway' } } },
    ]);
  });

  test('is nobody when the claim names nobody', () => {
    expect(at(policy({ ingress: [] }), 'spec', 'ingress')).toEqual([]);
    expect(at(policy({}, {}, 'stream-network-policy'), 'spec', 'ingress')).toBeUndefined();
  });
});

test.each([
  { egress: [{}], says: 'spec.egress[0]: either cidr is needed' },
  { egress: [{ cidr: '10.0.0.0/8', pods: {} }], says: 'spec.egress[0]: has both cidr and Pods' },
  { egress: [{ namespace: 'a', except: ['10.0.0.0/8'] }], says: 'spec.egress[0].except: is nothing' },
  { egress: [{ pods: { 'a b': 'c' } }], says: 'spec.egress[0].pods.a b: is no key of a label' },
  { egress: [{ pods: { 'a/b/c': 'c' } }], says: 'spec.egress[0].pods.a/b/c: is no key of a label' },
  { egress: [{ pods: { 'A/b': 'c' } }], says: 'spec.egress[0].pods.A/b: is no key of a label' },
  { egress: [{ pods: { a: '-c' } }], says: 'spec.egress[0].pods.a: "-c" is no value of a label' },
])('$says', ({ egress, says }) => {
  const [result] = call(claim('AgentExecutor', { image, egress })).results;
  expect(result?.message).toContain(says);
});
