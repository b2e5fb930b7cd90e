import { expect, it } from 'vitest';
import type { Ref } from './api.ts';
import { claim, gone, newNamespace, settled } from './claims.ts';
import { describeEngine } from './engine.ts';
import { until } from './until.ts';

const database = (namespace: string): Ref => ({
  apiVersion: 'database.bizmatters.io/v1alpha1',
  kind: 'PostgresInstance',
  metadata: { namespace, name: 'writer-db' },
});
const cluster = (namespace: string): Ref => ({
  apiVersion: 'postgresql.cnpg.io/v1',
  kind: 'Cluster',
  metadata: { namespace, name: 'writer-db' },
});

describeEngine('an AgentExecutor with a database and a cache of its own', ({ api }) => {
  it('makes both as claims, which make what they make, and takes them along', async () => {
    const namespace = await newNamespace(api, 'whole');
    const draft = claim('AgentExecutor', namespace, 'writer', { database: { size: 'micro' }, cache: {} });
    await api.apply(draft);
    await settled(api, draft, 'Synced', 'True');
    await settled(api, database(namespace), 'Synced', 'True');
    await until('the Cluster is there', async () => (await api.find(cluster(namespace))) !== undefined);
    expect((await api.get(database(namespace)))['spec']).toMatchObject({ size: 'micro', storageGB: 20 });
    await settled(api, draft, 'DatabaseReady', 'False');
    await api.patch(draft, { spec: { database: { size: 'small' } } });
    await until('the change arrives', async () => {
      const { spec } = (await api.get(database(namespace))) as unknown as { spec: { size: string } };
      return spec.size === 'small';
    });
    await api.delete(draft);
    await gone(api, draft);
    await gone(api, cluster(namespace), 60);
  });

  it('keeps them, and itself, while they are protected, and says how to let go', async () => {
    const namespace = await newNamespace(api, 'whole');
    const draft = claim('AgentExecutor', namespace, 'writer', { database: { deletionProtection: true } });
    await api.apply(draft);
    await settled(api, database(namespace), 'Synced', 'True');
    await expect(api.delete(draft)).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining(
        `kubectl patch agentexecutor writer -n ${namespace} --type merge -p '{"spec":{"database":{"deletionProtection":false}}}'`,
      ) as unknown,
    });
    await expect(api.delete(database(namespace))).rejects.toMatchObject({ status: 403 });
    await expect(api.patch(draft, { spec: { database: null } })).rejects.toMatchObject({
      message: expect.stringContaining('database cannot be taken out') as unknown,
    });
    await api.patch(draft, { spec: { database: { deletionProtection: false } } });
    await until('the database may go', async () => {
      const { spec } = (await api.get(database(namespace))) as unknown as {
        spec: { deletionProtection: boolean };
      };
      return !spec.deletionProtection;
    });
    await api.delete(draft);
    await gone(api, draft);
    await gone(api, database(namespace), 60);
  });

  it('takes over a claim that is there only with consent', async () => {
    const namespace = await newNamespace(api, 'whole');
    const standing = claim('PostgresInstance', namespace, 'writer-db', { size: 'small' });
    await api.apply(standing);
    await settled(api, standing, 'Synced', 'True');
    const { metadata } = await api.get(standing);
    const draft = claim('AgentExecutor', namespace, 'writer', { database: { size: 'small' } });
    await api.apply(draft);
    const refused = await settled(api, draft, 'Synced', 'False');
    expect(JSON.stringify(refused['status'])).toContain('spec.database: its claim is there already');
    await api.patch(draft, { spec: { database: { adopt: true } } });
    await settled(api, draft, 'Synced', 'True');
    await until('the claim controls the other', async () =>
      (await api.get(standing)).metadata.ownerReferences?.some(({ controller }) => controller === true),
    );
    expect((await api.get(standing)).metadata.uid).toBe(metadata.uid);
  });
});
