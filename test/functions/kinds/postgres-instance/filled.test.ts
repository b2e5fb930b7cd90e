import { describe, expect, test } from 'vitest';
import type { JsonObject, Lookup, Observed } from '../../../../functions/composition/contract.ts';
import { at, conditionOf } from '../../../../functions/composition/read.ts';
import { decodedData, objectOf } from '../../call.ts';
import { store, respond, fromClaim, fromStore } from './restoring.ts';

describe('how far it is', () => {
  const spec = fromStore('shop.orders.aaaaaaaa.pg16');
  const made = (status: JsonObject): Observed => ({
    metadata: { name: 'copy' },
    spec: { bootstrap: { recovery: { source: 'origin', database: 'shop', owner: 'seller' } } },
    status,
  });
  const restored = (cluster: Observed, job: Lookup) => {
    const required = { cluster, 'restore-store': store, 'filling-job': job };
    const response = respond(spec, required, { cluster });
    return {
      restored: conditionOf(
        { status: { conditions: [...response.conditions] } } as unknown as Observed,
        'Restored',
      ),
      phase: at(response.status as JsonObject, 'phase'),
    };
  };

  test('while it is filled', () => {
    const { restored: condition, phase } = restored(made({ phase: 'Setting up primary' }), {
      status: { active: 1 },
    });
    expect(condition).toMatchObject({ status: 'False', reason: 'Filling' });
    expect(condition?.message).toMatch(/archive shop\.orders\.aaaaaaaa\.pg16 in ObjectStore company-s3/);
    expect(phase).toBe('Provisioning');
  });
  test('after a first failure, long before CloudNativePG says so', () => {
    const { restored: condition, phase } = restored(made({ phase: 'Setting up primary' }), {
      status: { failed: 1 },
    });
    expect(condition).toMatchObject({ status: 'False', reason: 'FillingFails' });
    expect(condition?.message).toMatch(
      /failed once\. Is there a base backup under that name\? .*kubectl logs -n shop -l job-name=copy-1-full-recovery/,
    );
    expect(phase).toBe('Failed');
  });
  test('when it is done', () => {
    const { restored: condition } = restored(made({ currentPrimary: 'copy-1' }), null);
    expect(condition).toMatchObject({ status: 'True' });
  });
});

test('how a Cluster was filled stays, even when its source is gone', () => {
  const bootstrap = { pg_basebackup: { source: 'origin', database: 'shop', owner: 'seller' } };
  const live = {
    metadata: { name: 'copy' },
    spec: { bootstrap, externalClusters: [{ name: 'origin' }] },
    status: { currentPrimary: 'copy-1' },
  };
  const response = respond(fromClaim(), { cluster: live, 'restore-cluster': null });
  expect(objectOf(response, 'cluster').spec).toMatchObject({
    bootstrap,
    externalClusters: [{ name: 'origin' }],
  });
  expect(decodedData(objectOf(response, 'conn'))).toMatchObject({ username: 'seller', database: 'shop' });
});
