import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../functions/composition/contract.ts';
import { secretKeys } from '../../../functions/kinds/agent-executor/environment.ts';
import { call, claim } from '../call.ts';

function message(composite: JsonObject): string {
  const response = call(composite, { required: { conn: null } });
  expect(response.results).toHaveLength(1);
  expect(response.results[0]?.severity).toBe('fatal');
  expect(response.resources).toEqual([]);
  expect(response.status).toBeNull();
  expect(response.conditions).toContainEqual(expect.objectContaining({ type: 'Valid', status: 'False' }));
  return response.results[0]?.message ?? '';
}

const refused: readonly { reason: string; composite: JsonObject; says: readonly string[] }[] = [
  {
    reason: 'a kind that nobody composes, with those that somebody does',
    composite: { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} },
    says: ['expected one of PostgresInstance (database.bizmatters.io/v1alpha1)', 'got ConfigMap (v1)'],
  },
  { reason: 'no kind at all', composite: {}, says: ['got nothing (no apiVersion)'] },
  {
    reason: 'every mistake at once, each with its path',
    composite: claim(
      'PostgresInstance',
      { size: 'tiny', storageGB: 50.5, instances: 'fifty', hibernated: 'yes' },
      'Orders',
    ),
    says: [
      'spec.size: expected one of micro, small, medium, large, xlarge, 2xlarge, got "tiny"',
      'spec.storageGB: expected a whole number, got 50.5',
      'spec.instances: expected a whole number, got "fifty"',
      'spec.hibernated: expected true or false, got "yes"',
    ],
  },
  {
    reason: 'bounds',
    composite: claim('PostgresInstance', { storageGB: 5, instances: 4 }),
    says: ['must be 10 or more, got 5', 'must be 3 or less, got 4'],
  },
  {
    reason: 'a spec that is a list',
    composite: claim('PostgresInstance', []),
    says: ['spec: expected an object, got a list'],
  },
  {
    reason: 'a name over the limit',
    composite: claim('PostgresInstance', {}, 'a'.repeat(51)),
    says: ['at most 50 characters, has 51'],
  },
  {
    reason: 'a name over the limit of a cache',
    composite: claim('DragonflyInstance', {}, 'a'.repeat(53)),
    says: ['at most 52'],
  },
  {
    reason: 'a name over the limit of workers',
    composite: claim('AgentExecutor', { image: 'a:b' }, 'a'.repeat(48)),
    says: ['at most 47'],
  },
  {
    reason: 'a field that is missing',
    composite: claim('WebApplication', {}),
    says: ['spec.image: is required'],
  },
  {
    reason: 'backups that go nowhere',
    composite: claim('PostgresInstance', { backup: {} }),
    says: ['spec.backup: say where backups go, by either objectStore or bucket'],
  },
  {
    reason: 'backups that go to two places',
    composite: claim('PostgresInstance', { backup: { objectStore: 'platform', bucket: 'uploads' } }),
    says: ['spec.backup: say where backups go, by either objectStore or bucket'],
  },
  {
    reason: 'a name that PostgreSQL owns',
    composite: claim('PostgresInstance', {}, 'postgres'),
    says: ['spec.database: postgres belongs', 'spec.owner: postgres belongs'],
  },
  {
    reason: 'a parameter that CloudNativePG owns',
    composite: claim('PostgresInstance', { parameters: { port: '1' } }),
    says: ['spec.parameters.port: is set by CloudNativePG'],
  },
  {
    reason: 'more shared_buffers than memory requested',
    composite: claim('PostgresInstance', { size: 'micro', parameters: { shared_buffers: '1GB' } }),
    says: ['spec.parameters.shared_buffers: may be at most 256MB'],
  },
  {
    reason: 'shared_buffers without a unit',
    composite: claim('PostgresInstance', { parameters: { shared_buffers: '16384' } }),
    says: ['expected a number with kB, MB or GB, got "16384"'],
  },
  {
    reason: 'a variable that the claim sets, and one with two values',
    composite: claim('AgentExecutor', {
      image: 'a:b',
      env: [
        { name: 'NATS_URL', value: 'x' },
        { name: 'TWO', value: 'x', secretKeyRef: { name: 'a', key: 'b' } },
      ],
    }),
    says: ['spec.env[0].name: NATS_URL is set by this claim', 'spec.env[1]: exactly one'],
  },
  {
    reason: 'the same variable twice',
    composite: claim('AgentExecutor', {
      image: 'a:b',
      env: [
        { name: 'A', value: '1' },
        { name: 'A', value: '2' },
      ],
    }),
    says: ['spec.env[1]: ["A"] is there already'],
  },
  {
    reason: 'fewer at most than at least',
    composite: claim('AgentExecutor', { image: 'a:b', scaling: { minReplicas: 11 } }),
    says: ['spec.scaling.minReplicas: cannot be above maxReplicas, which is 10'],
  },
];

describe('a claim that cannot be composed', () => {
  test.each(refused)('$reason', ({ composite, says }) => {
    const text = message(composite);
    for (const part of says) expect(text).toContain(part);
  });

  const wrong: readonly Json[] = [null, true, 7, 'text', [], {}, [null], { deep: { deeper: [] } }];
  const fields = [
    'size',
    'version',
    'storageGB',
    'database',
    'owner',
    'instances',
    'parameters',
    'backup',
    'hibernated',
    'credentialsRevision',
  ];

  test.each(fields)('a spec.%s of any type gives a clear answer', (field) => {
    for (const value of wrong) {
      const { results } = call(claim('PostgresInstance', { [field]: value }), { required: { conn: null } });
      for (const result of results) expect(result.message).toContain(`spec.${field}`);
    }
  });

  test('a long or misplaced value is not repeated in full', () => {
    expect(message(claim('PostgresInstance', { size: 'x'.repeat(5000) })).length).toBeLessThan(300);
  });
});

describe('a claim that can be composed', () => {
  test('unknown fields and 2,000 levels of them are passed over', () => {
    let deep: Json = 'bottom';
    for (let level = 0; level < 2000; level += 1) deep = { deep };
    expect(call(claim('PostgresInstance', { unknown: deep }), { required: { conn: null } }).results).toEqual(
      [],
    );
  });

  test('one that is ready is looked at again while Crossplane does not listen to what it is made of', () => {
    const executor = claim('AgentExecutor', { image: 'a:b', stream: { management: 'none' } });
    const isTrue = (type: string) => ({ type, status: 'True', reason: 'R', message: '' });
    const scaler = { status: { conditions: [isTrue('Ready')] } };
    const deployment = {
      metadata: { generation: 1 },
      spec: { replicas: 1 },
      status: {
        observedGeneration: 1,
        updatedReplicas: 1,
        availableReplicas: 1,
        conditions: [isTrue('Available')],
      },
    };
    const made = Object.fromEntries(
      ['service-account', 'service', 'disruption-budget', 'network-policy'].map((key) => [key, {}]),
    );
    const required = Object.fromEntries(
      Object.entries(secretKeys).map(([name, keys]) => [
        name,
        { data: Object.fromEntries(keys.map((key) => [key, 'eA=='])) },
      ]),
    );
    const ttl = (status: object) =>
      call(
        { ...executor, status: status as JsonObject },
        { observed: { ...made, deployment, 'scaled-object': scaler }, required },
      ).ttl;
    const responsive = (status: string) => ({
      conditions: [{ type: 'Responsive', status, reason: 'R', message: '' }],
    });
    expect([ttl({}), ttl(responsive('True')), ttl(responsive('False'))]).toEqual([0, 0, 15]);
  });

  test('a key called __proto__ is data like any other', () => {
    const parameters = JSON.parse('{"__proto__": "1"}') as Json;
    const { resources } = call(claim('PostgresInstance', { parameters }), { required: { conn: null } });
    expect(JSON.stringify(resources)).toContain('"__proto__":"1"');
  });
});
