import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../functions/composition/contract.ts';
import { at } from '../../../../functions/composition/read.ts';
import { call } from '../../call.ts';
import { claim, composed } from './composed.ts';

describe('how many Pods there are', () => {
  const replicas = (spec: JsonObject, deployment?: JsonObject) =>
    at(
      composed(spec, deployment ? { observed: { deployment } } : {}).object('deployment'),
      'spec',
      'replicas',
    );
  const managed = (manager: string) => ({
    metadata: { managedFields: [{ manager, fieldsV1: { 'f:spec': { 'f:replicas': {} } } }] },
    spec: { replicas: 5 },
  });

  test.each([
    { reason: 'one where nothing is said', spec: {}, becomes: 1 },
    { reason: 'what is said', spec: { replicas: 0 }, becomes: 0 },
    { reason: 'the least before the autoscaler is there', spec: { scaling: { minReplicas: 3 } }, becomes: 3 },
    {
      reason: 'as many as stand there while nobody else has written the number',
      spec: { scaling: {} },
      deployment: managed('apiextensions.crossplane.io/composed/abc'),
      becomes: 5,
    },
    {
      reason: 'left to the autoscaler once it has written the number',
      spec: { scaling: {} },
      deployment: managed('kube-controller-manager'),
      becomes: undefined,
    },
  ])('$reason', ({ spec, deployment, becomes }) => {
    expect(replicas(spec, deployment)).toBe(becomes);
  });

  test.each([
    { reason: 'CPU where nothing is said', scaling: {}, names: ['cpu'] },
    { reason: 'memory alone', scaling: { memory: 80 }, names: ['memory'] },
    {
      reason: 'all that is said',
      scaling: { cpu: 50, memory: 80, requestsPerSecond: 20 },
      names: ['cpu', 'memory', 'http_requests_per_second'],
    },
  ])('are scaled by $reason', ({ scaling, names }) => {
    const metrics = at(composed({ scaling }).object('autoscaler'), 'spec', 'metrics') as JsonObject[];
    expect(metrics.map((each) => at(each, 'resource', 'name') ?? at(each, 'pods', 'metric', 'name'))).toEqual(
      names,
    );
  });

  test('an autoscaler that cannot read its metric is said', () => {
    const status = {
      conditions: [
        { type: 'AbleToScale', status: 'True' },
        { type: 'ScalingActive', status: 'False', message: 'no metrics are served' },
      ],
    };
    const { condition } = composed({ scaling: {} }, { observed: { autoscaler: { status } } });
    expect(condition('ScalingReady')).toMatchObject({ status: 'False', message: 'no metrics are served' });
  });
});

test('a variable of the claim takes the place of the port and of the stores’', () => {
  const env = [
    { name: 'PORT', value: '1' },
    { name: 'DATABASE_URL', value: 'postgresql://elsewhere' },
  ];
  const { object } = composed({ env, database: { name: 'orders' } });
  const [container] = at(object('deployment'), 'spec', 'template', 'spec', 'containers') as JsonObject[];
  const names = ((container?.env ?? []) as JsonObject[]).map(({ name }) => name);
  expect(names.filter((name) => name === 'PORT' || name === 'DATABASE_URL')).toHaveLength(2);
  expect(container?.env).toContainEqual({ name: 'DATABASE_URL', value: 'postgresql://elsewhere' });
});

test('a changed Secret rolls the Pods, whole ones too', () => {
  const checksum = (value: string) => {
    const { object } = composed(
      { secrets: ['settings'] },
      { required: { 'secret-settings': { data: { A: value } } } },
    );
    return at(
      object('deployment'),
      'spec',
      'template',
      'metadata',
      'annotations',
      'zerotouch.bizmatters.io/secrets-checksum',
    );
  };
  expect(checksum('YQ==')).toBe(checksum('YQ=='));
  expect(checksum('YQ==')).not.toBe(checksum('Yg=='));
});

test('everything wrong is said at once', () => {
  const { results } = composed({
    scaling: { minReplicas: 9, maxReplicas: 2 },
    env: [{ name: 'A' }],
    podLabels: { 'a b': 'c' },
    volumes: [{ name: 'tmp' }, { name: 'a', mountPath: '/tmp' }],
    egress: [{}],
    database: { name: 'orders', size: 'small' },
  });
  const [{ message } = { message: '' }] = results;
  for (const path of [
    'spec.scaling.minReplicas',
    'spec.env[0]',
    'spec.podLabels.a b',
    'spec.volumes[0].name',
    'spec.volumes[1].mountPath',
    'spec.egress[0]',
    'spec.database.name',
  ])
    expect(message).toContain(`${path}: `);
});

test('a name that leaves no room for what is inside of its database is refused', () => {
  const inside = { databases: [{ name: 'a'.repeat(20) }], roles: [{ name: 'b', database: 'a' }] };
  const composite = { ...claim({ database: inside }), metadata: { name: 'n'.repeat(40), namespace: 'shop' } };
  const [{ message } = { message: '' }] = call(composite).results;
  expect(message).toContain('spec.database.databases[0].name: may have 57 characters together with nnn');
  expect(message).not.toContain('spec.database.roles');
});
