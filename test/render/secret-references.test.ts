import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { missingSecrets, secretNeeds } from '../../render/secret-references.ts';

function object(spec: Json): JsonObject {
  return { kind: 'Any', metadata: { name: 'x', namespace: 'shop' }, spec };
}

function secret(name: string, keys: readonly string[], namespace = 'shop'): JsonObject {
  return {
    kind: 'Secret',
    metadata: { name, namespace },
    data: Object.fromEntries(keys.map((key) => [key, 'eA=='])),
  };
}

describe('Secrets that an object needs', () => {
  const cases: { reason: string; spec: Json; needs: string[] }[] = [
    { reason: 'none', spec: { a: 1 }, needs: [] },
    {
      reason: 'keys of one Secret in one line',
      spec: {
        containers: [
          { env: [{ valueFrom: { secretKeyRef: { name: 's', key: 'b' } } }] },
          { env: [{ valueFrom: { secretKeyRef: { name: 's', key: 'a' } } }] },
        ],
      },
      needs: ['s: a,b'],
    },
    { reason: 'a volume', spec: { volumes: [{ secret: { secretName: 's' } }] }, needs: ['s: '] },
    { reason: 'all of a Secret', spec: { envFrom: [{ secretRef: { name: 's' } }] }, needs: ['s: '] },
    {
      reason: 'pull secrets',
      spec: { imagePullSecrets: [{ name: 'b' }, { name: 'a' }] },
      needs: ['a: ', 'b: '],
    },
    { reason: 'the operators', spec: { bootstrap: { initdb: { secret: { name: 's' } } } }, needs: ['s: '] },
    {
      reason: 'the logins and authorities of a store',
      spec: {
        configuration: {
          endpointCA: { name: 'ca', key: 'ca.crt' },
          s3Credentials: {
            accessKeyId: { name: 's', key: 'id' },
            secretAccessKey: { name: 's', key: 'secret' },
            region: { name: 'r', key: 'region' },
          },
          googleCredentials: { applicationCredentials: { name: 'g', key: 'json' } },
          azureCredentials: { storageKey: { name: 'a', key: 'key' } },
        },
      },
      needs: ['a: key', 'ca: ca.crt', 'g: json', 'r: region', 's: id,secret'],
    },
    {
      reason: 'the login of a server that a database is filled from',
      spec: { externalClusters: [{ name: 'origin', password: { name: 's', key: 'password' } }] },
      needs: ['s: password'],
    },
    {
      reason: 'a list of keys',
      spec: { secretTargetRef: [{ parameter: 'token', name: 's', key: 'token' }] },
      needs: ['s: token'],
    },
    {
      reason: 'no ConfigMap, and nothing that a controller writes',
      spec: {
        env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'c', key: 'a' } } }],
        monitoring: { customQueriesConfigMap: [{ name: 'c', key: 'queries' }] },
        writeConnectionSecretToRef: { name: 's' },
      },
      needs: [],
    },
    {
      reason: 'not what is optional',
      spec: {
        env: [{ valueFrom: { secretKeyRef: { name: 's', key: 'a', optional: true } } }],
        volumes: [{ secret: { secretName: 't', optional: true } }],
      },
      needs: [],
    },
  ];
  test.each(cases)('$reason', ({ spec, needs }) => {
    expect(secretNeeds([object(spec)]).map(({ name, keys }) => `${name}: ${keys.join(',')}`)).toEqual(needs);
  });
});

describe('Secrets that are missing', () => {
  const need = [{ namespace: 'shop', name: 's', keys: ['a', 'b'] }];
  test('one that is nowhere', () => {
    expect(missingSecrets(need, [secret('other', ['a', 'b'])])).toEqual([{ ...need[0], exists: false }]);
  });
  test('one of another namespace does not count', () => {
    expect(missingSecrets(need, [secret('s', ['a', 'b'], 'other')])).toEqual([{ ...need[0], exists: false }]);
  });
  test('one that lacks a key', () => {
    expect(missingSecrets(need, [secret('s', ['a'])])).toEqual([{ ...need[0], keys: ['b'], exists: true }]);
  });
  test('none', () => {
    expect(missingSecrets(need, [secret('s', ['a', 'b', 'c'])])).toEqual([]);
  });
});
