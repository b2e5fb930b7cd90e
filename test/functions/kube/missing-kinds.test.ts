import { describe, expect, test } from 'vitest';
import type { Json } from '../../../functions/composition/contract.ts';
import { call, claim } from '../call.ts';

const everything = {
  cluster: true,
  dragonfly: true,
  'object-store': true,
  'pod-monitor': true,
  'scaled-object': true,
  stream: true,
};

describe('a kind that the cluster does not serve', () => {
  const cases: readonly {
    missing: string;
    kind: 'PostgresInstance' | 'DragonflyInstance' | 'AgentExecutor';
    spec: Json;
    leftOut: readonly string[];
    kept: readonly string[];
    condition: string;
    says: RegExp;
  }[] = [
    {
      missing: 'pod-monitor',
      kind: 'PostgresInstance',
      spec: { monitoring: true },
      leftOut: ['pod-monitor'],
      kept: ['conn', 'cluster'],
      condition: 'MonitoringReady',
      says: /^PodMonitor \(monitoring\.coreos\.com\/v1\) is not served by this cluster: install the Prometheus operator/,
    },
    {
      missing: 'object-store',
      kind: 'PostgresInstance',
      spec: { backup: { objectStore: 'backups' } },
      leftOut: ['object-store', 'scheduled-backup'],
      kept: ['conn', 'cluster'],
      condition: 'BackupReady',
      says: /install CloudNativePG's Barman Cloud plugin\. Nothing is backed up/,
    },
    {
      missing: 'cluster',
      kind: 'PostgresInstance',
      spec: { monitoring: true },
      leftOut: ['cluster'],
      kept: ['conn', 'pod-monitor'],
      condition: 'DatabaseReady',
      says: /^Cluster \(postgresql\.cnpg\.io\/v1\) is not served by this cluster: install CloudNativePG\.$/,
    },
    {
      missing: 'dragonfly',
      kind: 'DragonflyInstance',
      spec: {},
      leftOut: ['dragonfly'],
      kept: ['conn'],
      condition: 'CacheReady',
      says: /install the Dragonfly operator/,
    },
    {
      missing: 'scaled-object',
      kind: 'AgentExecutor',
      spec: { image: 'a:b' },
      leftOut: ['scaled-object'],
      kept: ['deployment', 'network-policy'],
      condition: 'ScalingReady',
      says: /install KEDA/,
    },
    {
      missing: 'stream',
      kind: 'AgentExecutor',
      spec: { image: 'a:b', stream: { management: 'nack' } },
      leftOut: ['stream', 'consumer'],
      kept: ['deployment', 'scaled-object'],
      condition: 'StreamReady',
      says: /NACK/,
    },
  ];

  test.each(cases)('$missing is left out of $kind and named', (each) => {
    const response = call(claim(each.kind, each.spec), {
      required: { conn: null, 'object-store': null },
      served: { ...everything, [each.missing]: false },
    });
    const keys = response.resources.map(({ key }) => key);
    for (const key of each.leftOut) expect(keys).not.toContain(key);
    for (const key of each.kept) expect(keys).toContain(key);
    expect(response.conditions).toContainEqual(
      expect.objectContaining({
        type: each.condition,
        status: 'False',
        message: expect.stringMatching(each.says) as unknown,
      }),
    );
    expect(response.ttl, 'looked for again').toBe(15);
  });

  const own = cases.filter(({ missing }) => ['cluster', 'dragonfly'].includes(missing));
  test.each(own)('$missing: $kind is not ready while its own operator is away', (each) => {
    const response = call(claim(each.kind, each.spec), {
      observed: { conn: {} },
      required: { conn: null },
      served: { ...everything, [each.missing]: false },
    });
    expect(response.resources.some(({ readiness }) => !readiness.ready)).toBe(true);
    expect(response.status).toMatchObject({ phase: 'Pending', message: expect.stringMatching(each.says) });
  });

  test("is asked for with the claim's own kind, and only of a Crossplane that can say", () => {
    const monitored = claim('PostgresInstance', { monitoring: true });
    expect(Object.keys(call(monitored, { served: {} }).schemas).toSorted()).toEqual([
      'claim',
      'cluster',
      'pod-monitor',
    ]);
    expect(call(monitored).schemas).toEqual({});
  });

  test('is not asked for again once the object has been made', () => {
    const response = call(claim('PostgresInstance', { monitoring: true }), {
      observed: { conn: {}, cluster: {}, 'pod-monitor': {} },
      served: {},
    });
    expect(response.schemas).toEqual({});
  });

  test('an ObjectStore is looked up only where its kind is served: Crossplane would wait for it', () => {
    const backedUp = claim('PostgresInstance', { backup: { objectStore: 'backups' } });
    const asks = (found: object) => Object.keys(call(backedUp, found).requirements);
    expect(asks({ served: {} })).not.toContain('object-store');
    expect(asks({ served: { 'object-store': false } })).not.toContain('object-store');
    expect(asks({ served: { 'object-store': true } })).toContain('object-store');
    expect(asks({}), 'an older Crossplane').toContain('object-store');
  });
});
