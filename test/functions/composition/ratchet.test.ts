import { describe, expect, test } from 'vitest';
import type { JsonObject, Observed, Response } from '../../../functions/composition/contract.ts';
import { at } from '../../../functions/composition/read.ts';
import { call, claim, objectOf } from '../call.ts';

const image = 'registry.example/worker:v1';

/** What version 0.1.0 made of a claim whose NATS is outside, as far as it is read here. */
const made = {
  deployment: {
    kind: 'Deployment',
    spec: {
      template: {
        spec: {
          containers: [
            {
              env: [
                { name: 'NATS_URL', value: 'nats://nats.example.com:4222' },
                { name: 'HOST', value: '127.0.0.1' },
              ],
            },
          ],
        },
      },
    },
  },
  'scaled-object': {
    kind: 'ScaledObject',
    spec: {
      triggers: [{ metadata: { natsServerMonitoringEndpoint: 'nats-headless.nats.svc.cluster.local:8222' } }],
    },
  },
  'network-policy': {
    kind: 'NetworkPolicy',
    spec: { egress: [{ to: [{ ipBlock: { cidr: '10.1.2.3/8', except: ['10.9.0.1/16'] } }] }] },
  },
  'object-store': {
    kind: 'ObjectStore',
    spec: { configuration: { destinationPath: 's3://backups' }, retentionPolicy: '30d' },
  },
  'scheduled-backup': { kind: 'ScheduledBackup', spec: { schedule: '0 0 4 31 2 *' } },
  dragonfly: { kind: 'Dragonfly', spec: { snapshot: { cron: '61 * * * *' } } },
} satisfies Record<string, Observed>;

const external = { image, natsUrl: 'nats://nats.example.com:4222' };
const egress = [{ cidr: '10.1.2.3/8', except: ['10.9.0.1/16'] }];

interface Case {
  readonly reason: string;
  readonly kind: 'AgentExecutor' | 'PostgresInstance' | 'DragonflyInstance' | 'WebApplication';
  readonly spec: JsonObject;
  readonly names: string;
}

const stands: readonly Case[] = [
  {
    reason: 'NATS outside, without its monitoring port',
    kind: 'AgentExecutor',
    spec: external,
    names: 'spec.nats.monitoringEndpoint',
  },
  {
    reason: 'a block that a policy has',
    kind: 'AgentExecutor',
    spec: { image, egress },
    names: 'spec.egress[0].cidr',
  },
  {
    reason: 'a variable that is ours by now',
    kind: 'AgentExecutor',
    spec: { image, env: [{ name: 'HOST', value: '127.0.0.1' }] },
    names: 'spec.env[0].name',
  },
  {
    reason: 'a store of the platform by the name of the copy',
    kind: 'PostgresInstance',
    spec: { backup: { objectStore: 'orders-backup' } },
    names: 'spec.backup.objectStore',
  },
  {
    reason: 'a schedule that never comes',
    kind: 'PostgresInstance',
    spec: { backup: { objectStore: 'platform', schedule: '0 0 4 31 2 *' } },
    names: 'spec.backup.schedule',
  },
  {
    reason: 'a schedule that is none',
    kind: 'DragonflyInstance',
    spec: { snapshotSchedule: '61 * * * *' },
    names: 'spec.snapshotSchedule',
  },
  { reason: 'a lower bound', kind: 'PostgresInstance', spec: { storageGB: 5 }, names: 'spec.storageGB' },
  { reason: 'an upper bound', kind: 'DragonflyInstance', spec: { replicas: 99 }, names: 'spec.replicas' },
  { reason: 'a version', kind: 'PostgresInstance', spec: { version: '9' }, names: 'spec.version' },
  { reason: 'a pattern', kind: 'AgentExecutor', spec: { image, natsStreamName: 'a.b' }, names: 'natsStream' },
  {
    reason: 'the length of a list',
    kind: 'AgentExecutor',
    spec: { image, imagePullSecrets: Array.from({ length: 17 }, (_, index) => `secret-${index}`) },
    names: 'spec.imagePullSecrets',
  },
];

const severities = ({ results }: Response) => results.map(({ severity }) => severity);

describe.each(stands)('$reason', ({ kind, spec, names }) => {
  test('is told of a claim that was made with it, which goes on', () => {
    const response = call(claim(kind, spec), { observed: made, required: { conn: null } });
    expect(severities(response)).toEqual(['warning']);
    expect(response.results[0]?.message).toContain(names);
    expect(response.conditions).toContainEqual(
      expect.objectContaining({ type: 'Valid', status: 'True', reason: 'SpecStands' }),
    );
    expect(response.resources.length).toBeGreaterThan(0);
    expect(response.status).not.toBeNull();
  });

  test('is refused for a new claim', () => {
    expect(severities(call(claim(kind, spec), { required: { conn: null } }))).toEqual(['fatal']);
  });
});

describe('what stands', () => {
  const again = (kind: Case['kind'], spec: JsonObject) =>
    call(claim(kind, spec), { observed: made, required: { conn: null } });

  test('has KEDA look where it has looked', () => {
    expect(objectOf(again('AgentExecutor', external), 'scaled-object').spec).toMatchObject(
      made['scaled-object'].spec,
    );
  });
  test('keeps its policy', () => {
    const rule = at(objectOf(again('AgentExecutor', { image, egress }), 'network-policy'), 'spec', 'egress');
    expect(rule).toContainEqual(made['network-policy'].spec.egress[0]);
  });
  test('has each variable once, as the claim says it', () => {
    const env = [{ name: 'HOST', value: '127.0.0.1' }];
    const [container] = at(
      objectOf(again('AgentExecutor', { image, env }), 'deployment'),
      'spec',
      'template',
      'spec',
      'containers',
    ) as [{ env: { name: string }[] }];
    expect(container.env.filter(({ name }) => name === 'HOST')).toEqual(env);
  });
  test('goes on archiving where it did', () => {
    const spec = { backup: { objectStore: 'orders-backup' } };
    expect(objectOf(again('PostgresInstance', spec), 'object-store').spec).toEqual(made['object-store'].spec);
  });
  test('is looked at again like any other claim', () => {
    expect(again('PostgresInstance', { storageGB: 5 }).ttl).toBe(15);
  });
});

test.each<Omit<Case, 'names'>>([
  {
    reason: 'servers that the claim has only now',
    kind: 'AgentExecutor',
    spec: { image, natsUrl: 'nats://other.example.com:4222' },
  },
  {
    reason: 'a block that no policy has',
    kind: 'AgentExecutor',
    spec: { image, egress: [{ cidr: '10.1.2.3/9' }] },
  },
  {
    reason: 'the same block with other exceptions',
    kind: 'AgentExecutor',
    spec: { image, egress: [{ cidr: '10.1.2.3/8', except: ['10.8.0.1/16'] }] },
  },
  {
    reason: 'a variable with another value',
    kind: 'AgentExecutor',
    spec: { image, env: [{ name: 'HOST', value: '::1' }] },
  },
  {
    reason: 'another schedule',
    kind: 'PostgresInstance',
    spec: { backup: { objectStore: 'platform', schedule: '0 0 4 30 2 *' } },
  },
  { reason: 'a size of which nothing can be made', kind: 'PostgresInstance', spec: { size: 'huge' } },
  { reason: 'a value of another type', kind: 'PostgresInstance', spec: { storageGB: 'much' } },
  { reason: 'a field that is missing', kind: 'WebApplication', spec: {} },
  { reason: 'backups that go nowhere', kind: 'PostgresInstance', spec: { backup: {} } },
  {
    reason: 'a name that is there twice',
    kind: 'AgentExecutor',
    spec: {
      image,
      env: [
        { name: 'A', value: '1' },
        { name: 'A', value: '2' },
      ],
    },
  },
])('$reason stops a claim that was made before as well', ({ kind, spec }) => {
  const response = call(claim(kind, spec), { observed: made, required: { conn: null } });
  expect(severities(response)).toEqual(['fatal']);
  expect(response.resources).toEqual([]);
});
