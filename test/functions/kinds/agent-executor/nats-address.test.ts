import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../functions/composition/contract.ts';
import { number, object, text } from '../../../../functions/composition/read.ts';
import { call, claim } from '../../call.ts';

const image = 'registry.example/worker:v1';
const answer = (spec: JsonObject) => call(claim('AgentExecutor', { image, ...spec }));

/** What is wrong with a claim, one sentence each. */
function problemsOf(spec: JsonObject): string[] {
  return answer(spec).results.flatMap(({ message }) =>
    message
      .replace(/^cannot compose: /, '')
      .split('; s')
      .map((one, index) => (index === 0 ? one : `s${one}`)),
  );
}

function composed(spec: JsonObject, key: string): JsonObject {
  const found = answer(spec).resources.find((each) => each.key === key);
  return object(object(JSON.parse(JSON.stringify(found?.object ?? {})) as JsonObject)['spec']);
}

function trigger(spec: JsonObject): JsonObject {
  const scaler = composed(spec, 'scaled-object');
  const [first] = Array.isArray(scaler['triggers']) ? scaler['triggers'] : [];
  return object(object(first)['metadata']);
}

describe('where KEDA reads the backlog', () => {
  test.each([
    [{}, 'nats-headless.nats.svc.cluster.local:8222', 'the NATS of the platform'],
    [
      { natsUrl: 'nats://nats:4222' },
      'nats-headless.shop.svc.cluster.local:8222',
      'a Service of the claim’s namespace',
    ],
    [{ natsUrl: 'nats://nats.messaging' }, 'nats-headless.messaging.svc.cluster.local:8222', 'its namespace'],
    [{ natsUrl: 'nats://nats.m.svc' }, 'nats-headless.m.svc.cluster.local:8222', 'no domain'],
    [
      { natsUrl: 'tls://nats.m.svc.corp.example:4443' },
      'nats-headless.m.svc.corp.example:8222',
      'another domain of the cluster',
    ],
    [
      { natsUrl: 'nats://nats-headless.m.svc.cluster.local' },
      'nats-headless.m.svc.cluster.local:8222',
      'the headless one itself',
    ],
    [
      {
        natsUrl:
          'nats://nats-0.nats-headless.m.svc.cluster.local,nats://nats-1.nats-headless.m.svc.cluster.local',
      },
      'nats-headless.m.svc.cluster.local:8222',
      'its Pods',
    ],
    [
      { nats: { servers: ['nats://nats.m.svc'] } },
      'nats-headless.m.svc.cluster.local:8222',
      'servers as a list',
    ],
    [
      { natsUrl: 'nats://10.20.30.40', natsMonitoringEndpoint: '10.20.30.40:8222' },
      '10.20.30.40:8222',
      'as it is told',
    ],
    [
      { natsUrl: 'tls://connect.ngs.global', nats: { monitoringEndpoint: 'https://m.example:443' } },
      'm.example:443',
      'over TLS',
    ],
  ])('%j: %s (%s)', (spec, endpoint, _reason) => {
    expect(text(trigger(spec)['natsServerMonitoringEndpoint'])).toBe(endpoint);
  });

  test('with the account, and over TLS', () => {
    const nats = { account: 'SHOP', monitoringEndpoint: 'https://m.example:8443', subjectPrefix: 'shop' };
    expect(trigger({ nats })).toMatchObject({
      account: 'SHOP',
      useHttps: 'true',
      natsServerMonitoringEndpoint: 'm.example:8443',
      stream: 'SHOP_EXECUTION',
      consumer: 'shop-executor-workers',
    });
  });

  test('a JWT account by its public key', () => {
    const account = `A${'B2'.repeat(27)}C`;
    expect(trigger({ nats: { account } })).toMatchObject({ accountID: account });
    expect(trigger({ nats: { account } })).not.toHaveProperty('account');
  });

  test.each([
    'nats://10.20.30.40:4222',
    'nats://[fd00::1]:4222',
    'tls://nats.example.com:4222',
    'tls://example.com',
  ])('is asked for where it cannot be told: %s', (natsUrl) => {
    expect(problemsOf({ natsUrl })).toEqual([
      expect.stringContaining('spec.nats.monitoringEndpoint: is needed: KEDA reads the backlog'),
    ]);
  });
});

describe('servers that nobody can reach', () => {
  test.each([
    ['nats://nats.nats.svc:99999', 'spec.natsUrl: a port is 1 to 65535, not 99999'],
    ['nats://nats.nats.svc:0', 'spec.natsUrl: a port is 1 to 65535, not 0'],
    ['nats://-.-..:1', 'spec.natsUrl: -.-.. is neither a host name'],
    ['nats://300.1.1.1', 'spec.natsUrl: 300.1.1.1 is neither a host name'],
    ['nats://a:4222,nats://b:70000', 'spec.natsUrl: a port is 1 to 65535, not 70000'],
    ['nats://[fd00::zz]:4222', 'is neither a host name'],
    ['nats://localhost:4222', 'spec.natsUrl: localhost would be the Pod itself'],
    ['nats://nats.LOCALHOST.:4222', 'spec.natsUrl: nats.LOCALHOST. would be the Pod itself'],
    ['nats://127.0.0.1', 'spec.natsUrl: 127.0.0.1 would be the Pod itself'],
    ['nats://worker:secret@nats.nats.svc', 'spec.natsUrl: has no place for a login: put it in a Secret'],
    ['nats://a:4222,http://b', 'spec.natsUrl: expected nats:// or tls://'],
  ])('%s: %s', (natsUrl, expected) => {
    const problems = problemsOf({ natsUrl });
    expect(problems.join()).toContain(expected);
    expect(problems.join()).not.toContain('secret');
  });

  test('of a list, each by its place', () => {
    expect(problemsOf({ nats: { servers: ['nats://a', 'nats://b:0'] } })).toEqual([
      'spec.nats.servers[1]: a port is 1 to 65535, not 0',
    ]);
    expect(problemsOf({ natsUrl: 'nats://a', nats: { servers: ['nats://b'] } })).toEqual([
      'spec.natsUrl: is said by spec.nats.servers already; leave one of them out',
    ]);
  });
});

describe('the policy lets workers out to each server', () => {
  const ports = (spec: JsonObject): number[] => {
    const { egress } = composed(spec, 'network-policy');
    return (Array.isArray(egress) ? egress : []).flatMap((rule) => {
      const found = object(rule)['ports'];
      return (Array.isArray(found) ? found : []).map((one) => number(object(one)['port']) ?? 0);
    });
  };

  test.each([
    [{ nats: { servers: ['nats://a:4333', 'nats://[fd00::1]:4444'] } }, [4333, 4444]],
    [{ natsUrl: 'tls://nats.example.com:4555', natsMonitoringEndpoint: 'm.example:8222' }, [4555]],
    [{ natsUrl: 'nats://nats-0.nats-headless.m.svc:4666' }, [4666]],
  ])('%j', (spec, expected) => {
    expect(ports(spec)).toEqual(expect.arrayContaining(expected));
  });
});
