import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Draft, Ref } from './api.ts';
import { Api } from './api.ts';
import { claim, gone, newNamespace, settled } from './claims.ts';
import { describeEngine } from './engine.ts';
import { kustomized } from './install.ts';
import { operate } from './operators.ts';
import { until } from './until.ts';

const kinds = ['PostgresInstance', 'DragonflyInstance', 'ObjectBucket'] as const;

/** What holds the data of a claim called orders, and the volumes that its operator would make. */
const holders = {
  PostgresInstance: (namespace: string): Ref[] => [
    { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', metadata: { namespace, name: 'orders' } },
    {
      apiVersion: 'barmancloud.cnpg.io/v1',
      kind: 'ObjectStore',
      metadata: { namespace, name: 'orders-backup' },
    },
    { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name: 'orders-conn' } },
    volume(namespace, { 'cnpg.io/cluster': 'orders' }),
  ],
  DragonflyInstance: (namespace: string): Ref[] => [
    { apiVersion: 'dragonflydb.io/v1alpha1', kind: 'Dragonfly', metadata: { namespace, name: 'orders' } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name: 'orders-conn' } },
    volume(namespace, { app: 'orders', 'app.kubernetes.io/name': 'dragonfly' }),
  ],
  ObjectBucket: (namespace: string): Ref[] => [
    { apiVersion: 's3.aws.m.upbound.io/v1beta1', kind: 'Bucket', metadata: { namespace, name: 'orders' } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name: 'orders-conn' } },
  ],
};

/** What the AWS provider would write for the bucket's first access key. */
function accessKey(namespace: string): Draft {
  const revision = createHash('sha256').update('1').digest('hex').slice(0, 8);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name: `orders-key-${revision}` },
    stringData: { username: 'id', password: 'key' },
  };
}

function volume(namespace: string, labels: Record<string, string>): Draft {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { namespace, name: 'orders-1', labels },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  };
}

async function protectedClaim(api: Api, kind: (typeof kinds)[number], namespace: string): Promise<Draft> {
  const backup = { objectStore: 'platform' };
  const draft = claim(kind, namespace, 'orders', {
    deletionProtection: true,
    ...(kind === 'PostgresInstance' ? { backup } : {}),
  });
  await api.apply({
    apiVersion: 'barmancloud.cnpg.io/v1',
    kind: 'ObjectStore',
    metadata: { namespace, name: 'platform' },
    spec: { configuration: { destinationPath: 's3://backups' } },
  });
  for (const each of holders[kind](namespace))
    if (each.kind === 'PersistentVolumeClaim') await api.apply(each as Draft);
  if (kind === 'ObjectBucket') await api.apply(accessKey(namespace));
  await api.apply(draft);
  await settled(api, draft, 'Synced', 'True');
  for (const each of holders[kind](namespace))
    await until(`${each.kind} is there`, async () => (await api.find(each)) !== undefined);
  return draft;
}

const howTo = (kind: string, namespace: string) =>
  `kubectl patch ${kind.toLowerCase()} orders -n ${namespace} --type merge -p '{"spec":{"deletionProtection":false`;

describeEngine('deletion protection', ({ api, plane }) => {
  it.each(kinds)('of a %s refuses to delete it and what holds its data, whoever asks', async (kind) => {
    const namespace = await newNamespace(api, 'guard');
    const draft = await protectedClaim(api, kind, namespace);
    const controllers = new Api(plane.access.controllers);
    for (const ref of [draft, ...holders[kind](namespace)])
      for (const user of [api, controllers])
        await expect(user.delete(ref), ref.kind).rejects.toMatchObject({
          status: 403,
          message: expect.stringContaining(howTo(kind, namespace)) as unknown,
        });
    await expect(
      api.delete({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }),
    ).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining(howTo(kind, namespace)) as unknown,
    });
  });

  it('leaves CloudNativePG the volume of an instance that the claim no longer wants, and nothing else', async () => {
    const namespace = await newNamespace(api, 'guard');
    await protectedClaim(api, 'PostgresInstance', namespace);
    const operator = new Api(plane.access['cnpg-manager']);
    const isVolume = (each: Ref) => each.kind === 'PersistentVolumeClaim';
    const all = holders.PostgresInstance(namespace);
    for (const each of all.filter((one) => !isVolume(one)))
      await expect(operator.delete(each), each.kind).rejects.toMatchObject({ status: 403 });
    for (const each of all.filter(isVolume)) await operator.delete(each);
  });

  it.each(kinds)('of a %s ends with the field: the claim goes, and all of it with it', async (kind) => {
    const namespace = await newNamespace(api, 'guard');
    const draft = await protectedClaim(api, kind, namespace);
    await api.patch(draft, { spec: { deletionProtection: false } });
    await api.delete(draft);
    await gone(api, draft);
    for (const each of holders[kind](namespace))
      if (each.kind === 'PersistentVolumeClaim') await api.delete(each);
      else await gone(api, each);
    expect(await api.find(draft)).toBeUndefined();
  });

  it('lets an archive go that the claim no longer wants', async () => {
    const namespace = await newNamespace(api, 'guard');
    const draft = await protectedClaim(api, 'PostgresInstance', namespace);
    await api.patch(draft, { spec: { backup: null } });
    for (const each of holders.PostgresInstance(namespace))
      if (each.kind === 'ObjectStore') await gone(api, each);
    expect(await api.find(draft)).toBeDefined();
  });

  it('keeps the data even in a namespace whose deletion has begun', async () => {
    const namespace = await newNamespace(api, 'guard');
    const ref = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
    await using _ = operate(api, namespace);
    const draft = await protectedClaim(api, 'PostgresInstance', namespace);
    const policies = (await kustomized('package/cluster')).filter(
      ({ kind, metadata }) =>
        kind === 'ValidatingAdmissionPolicyBinding' &&
        metadata.name === 'zerotouch-protected-database-namespace',
    );
    for (const each of policies) await api.delete(each);
    try {
      await until('the namespace is being deleted', async () =>
        api.delete(ref).then(
          () => true,
          () => false,
        ),
      );
    } finally {
      for (const each of policies) await api.apply(each);
    }
    await until('the namespace says what it waits for', async () => {
      const { status } = (await api.get(ref)) as unknown as {
        status: { conditions?: { message: string }[] };
      };
      return status.conditions?.some(({ message }) => message.includes('deletionProtection'));
    });
    for (const each of [draft, ...holders.PostgresInstance(namespace)]) {
      const { metadata } = await api.get(each);
      expect(metadata.deletionTimestamp, each.kind).toBeUndefined();
    }
    await api.patch(draft, { spec: { deletionProtection: false } });
    await gone(api, draft, 60);
  });

  it('of kinds that hold data needs an annotation before their definition goes', async () => {
    const name = 'clusters.postgresql.cnpg.io';
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    const remove = () => api.call('DELETE', `${path}/${name}?dryRun=All`);
    const removeList = () => api.call('DELETE', `${path}?dryRun=All&fieldSelector=metadata.name%3D${name}`);
    for (const refused of [remove, removeList])
      await expect(refused()).rejects.toMatchObject({
        status: 403,
        message: expect.stringContaining(
          `kubectl annotate crd ${name} zerotouch.bizmatters.io/allow-deletion=true`,
        ) as unknown,
      });
    const crd = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name },
    };
    const annotation = 'zerotouch.bizmatters.io/allow-deletion';
    await api.patch(crd, { metadata: { annotations: { [annotation]: 'true' } } });
    await remove();
    await api.patch(crd, { metadata: { annotations: { [annotation]: null } } });
  });
});
