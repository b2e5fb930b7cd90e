import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../functions/composition/contract.ts';
import { at, list } from '../../../../functions/composition/read.ts';
import { call, claim, objectOf } from '../../call.ts';

const image = 'registry.example/worker:v1';
const url = 'nats://queue.messaging.svc:4333';

function answer(spec: JsonObject, nats: JsonObject) {
  return call(claim('AgentExecutor', { image, ...spec }), {
    required: { api: null, platform: { data: { nats } } },
  });
}

/** What the workers are told, and where KEDA reads. */
function queueOf(spec: JsonObject, nats: JsonObject) {
  const composed = answer(spec, nats);
  const containers = list(at(objectOf(composed, 'deployment'), 'spec', 'template', 'spec', 'containers'));
  const variables = containers.flatMap((each) => list(at(each, 'env')));
  const [trigger] = list(at(objectOf(composed, 'scaled-object'), 'spec', 'triggers'));
  return [
    at(
      variables.find((each) => at(each, 'name') === 'NATS_URL'),
      'value',
    ),
    at(trigger, 'metadata', 'natsServerMonitoringEndpoint'),
  ];
}

describe('the NATS of the platform', () => {
  test.each([
    {
      reason: 'is that of a claim that names none',
      spec: {},
      nats: { url },
      want: [url, 'queue-headless.messaging.svc.cluster.local:8222'],
    },
    {
      reason: 'has its monitoring port where it says',
      spec: {},
      nats: { url: 'tls://nats.example.com', monitoringEndpoint: 'https://nats.example.com:8222' },
      want: ['tls://nats.example.com', 'nats.example.com:8222'],
    },
    {
      reason: 'gives way to natsUrl of the claim',
      spec: { natsUrl: 'nats://own.shop.svc:4222' },
      nats: { url, monitoringEndpoint: 'queue.messaging.svc:8222' },
      want: ['nats://own.shop.svc:4222', 'own-headless.shop.svc.cluster.local:8222'],
    },
    {
      reason: 'gives way to nats.servers of the claim, the default among them',
      spec: { nats: { servers: ['nats://nats.nats.svc:4222'] } },
      nats: { url, monitoringEndpoint: 'queue.messaging.svc:8222' },
      want: ['nats://nats.nats.svc:4222', 'nats-headless.nats.svc.cluster.local:8222'],
    },
    {
      reason: 'leaves the claim its own monitoring port',
      spec: { natsMonitoringEndpoint: 'own.shop.svc:8222' },
      nats: { url, monitoringEndpoint: 'queue.messaging.svc:8222' },
      want: [url, 'own.shop.svc:8222'],
    },
  ])('$reason', ({ spec, nats, want }) => {
    expect(queueOf(spec, nats)).toEqual(want);
  });

  test('is let through by the NetworkPolicy of the workers', () => {
    const policy = JSON.stringify(objectOf(answer({}, { url }), 'network-policy'));
    expect(policy).toContain('4333');
    expect(policy).toContain('"kubernetes.io/metadata.name":"messaging"');
  });

  test.each([
    { nats: { url: 'http://nats' }, want: 'EnvironmentConfig zerotouch data.nats.url', reason: 'its form' },
    { nats: {}, want: 'EnvironmentConfig zerotouch data.nats.url', reason: 'none at all' },
    {
      nats: { url: 'nats://user:secret@nats.nats.svc' },
      want: 'EnvironmentConfig zerotouch data.nats.url: has no place for a login',
      reason: 'a login',
    },
    {
      nats: { url: 'nats://nats.example.com' },
      want: 'EnvironmentConfig zerotouch data.nats.monitoringEndpoint: is needed',
      reason: 'no monitoring port of what is no Service',
    },
  ])(
    'stops every claim that it cannot be right for, and says whose fault it is: $reason',
    ({ nats, want }) => {
      const [result] = answer({}, nats).results;
      expect(result?.message).toContain(want);
      expect(result?.message).not.toContain('secret@');
    },
  );
});
