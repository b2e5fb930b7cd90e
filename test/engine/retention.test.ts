import { expect, it } from 'vitest';
import { claim, gone, newNamespace, settled, touch } from './claims.ts';
import { describeEngine } from './engine.ts';
import type { Live, Ref } from './api.ts';
import { operate } from './operators.ts';
import { until } from './until.ts';

const kinds = [
  { kind: 'PostgresInstance', holder: { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster' } },
  { kind: 'DragonflyInstance', holder: { apiVersion: 'dragonflydb.io/v1alpha1', kind: 'Dragonfly' } },
] as const;

const statusOf = (live: Live) => live['status'] as { deletionPolicy?: string } | undefined;

describeEngine('deletionPolicy Retain', ({ api }) => {
  it.each(kinds)('of a $kind keeps all, and a later claim takes it up again', async ({ kind, holder }) => {
    const namespace = await newNamespace(api, 'retain');
    await using _ = operate(api, namespace);
    const draft = claim(kind, namespace, 'orders', { deletionPolicy: 'Retain' });
    const database: Ref = { ...holder, metadata: { namespace, name: 'orders' } };
    const secret: Ref = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name: 'orders-conn' } };
    await api.apply(draft);
    await settled(api, draft, 'Ready', 'True');
    await until(
      'retention is in place',
      async () => statusOf(await api.get(draft))?.deletionPolicy === 'Retain',
    );
    const before = await Promise.all([api.get(database), api.get(secret)]);

    await api.delete(draft, 'Foreground');
    await gone(api, draft);
    const isOrphan = async (ref: Ref) =>
      (await api.get(ref)).metadata.ownerReferences?.every(({ controller }) => controller !== true);
    await until('the collector has let go of both', async () =>
      (await Promise.all([isOrphan(database), isOrphan(secret)])).every((each) => each === true),
    );
    const after = await Promise.all([api.get(database), api.get(secret)]);
    expect(after.map(({ metadata }) => metadata.uid)).toEqual(before.map(({ metadata }) => metadata.uid));
    expect(after.map((each) => each.metadata.deletionTimestamp)).toEqual([undefined, undefined]);

    for (const ref of [
      database,
      secret,
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    ])
      await expect(api.delete(ref), ref.kind).rejects.toMatchObject({
        status: 403,
        message: expect.stringContaining('zerotouch.bizmatters.io/deletion-policy-') as unknown,
      });

    const again = claim(kind, namespace, 'orders', {});
    await api.apply(again);
    const refused = await settled(api, again, 'Synced', 'False');
    expect(JSON.stringify(refused['status'])).toContain('set spec.adopt to true');
    await api.patch(again, { spec: { adopt: true } });
    await settled(api, again, 'Ready', 'True');
    const now = await Promise.all([api.get(database), api.get(secret)]);
    expect(now.map(({ metadata }) => metadata.uid)).toEqual(before.map(({ metadata }) => metadata.uid));
    expect(now[1]['data']).toEqual(before[1]['data']);
    await until('the mark is gone', async () =>
      Object.keys((await api.get(database)).metadata.labels ?? {}).every(
        (key) => !key.includes('deletion-policy'),
      ),
    );
    await api.delete(again);
    await gone(api, database);
    await gone(api, secret);
  });

  it('is in place before the claim can be deleted', async () => {
    const namespace = await newNamespace(api, 'retain');
    const draft = claim('PostgresInstance', namespace, 'orders');
    await api.apply(draft);
    await settled(api, draft, 'Synced', 'True');
    // Paused, so that Crossplane gives nothing its second owner.
    await api.patch(draft, { metadata: { annotations: { 'crossplane.io/paused': 'true' } } });
    await settled(api, draft, 'Synced', 'False');
    await api.patch(draft, { spec: { deletionPolicy: 'Retain' } });
    await expect(api.delete(draft)).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('not in place yet') as unknown,
    });
    await api.patch(draft, { metadata: { annotations: { 'crossplane.io/paused': null } } });
    await until(
      'retention is in place',
      async () => statusOf(await api.get(draft))?.deletionPolicy === 'Retain',
    );
    await api.delete(draft);
    await gone(api, draft);
  });
});

describeEngine('a database made by hand', ({ api }) => {
  it('is taken over only with consent, and then as it stands', async () => {
    const namespace = await newNamespace(api, 'adopt');
    await using _ = operate(api, namespace);
    const database = {
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Cluster',
      metadata: { namespace, name: 'orders' },
      spec: {
        instances: 3,
        storage: { size: '300Gi' },
        imageName: 'ghcr.io/cloudnative-pg/postgresql:17-standard-trixie',
        bootstrap: { initdb: { database: 'app', owner: 'app' } },
      },
    };
    await api.apply(database);
    const draft = claim('PostgresInstance', namespace, 'orders');
    await api.apply(draft);
    await settled(api, draft, 'Synced', 'False');
    expect((await api.get(database))['spec']).toMatchObject({ instances: 3, storage: { size: '300Gi' } });
    await api.patch(draft, { spec: { adopt: true } });
    await settled(api, draft, 'Synced', 'True');
    await touch(api, draft);
    await until('the claim controls the Cluster', async () =>
      (await api.get(database)).metadata.ownerReferences?.some(({ controller }) => controller === true),
    );
    expect((await api.get(database))['spec']).toMatchObject({
      instances: 3,
      storage: { size: '300Gi' },
      bootstrap: { initdb: { database: 'app', owner: 'app', secret: { name: 'orders-conn' } } },
    });
  });
});
