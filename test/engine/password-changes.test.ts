import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { revisionAnnotation } from '../../functions/kube/connection-secret.ts';
import type { Draft, Live } from './api.ts';
import { composedOf, identity, valuesOf } from './composed.ts';
import { claim, newNamespace, settled } from './claims.ts';
import { describeEngine } from './engine.ts';
import { condition } from './install.ts';
import { passwordOf, readyClaim, reconciled, secretOf, watchPassword } from './passwords.ts';
import { until } from './until.ts';

describeEngine('the password', ({ api }) => {
  it('changes exactly once for each new revision, and the Secret says which one it belongs to', async () => {
    const draft = await readyClaim(api);
    await using watch = watchPassword(api, draft);
    const seen = (times: number) =>
      until(`${times} passwords are seen`, async () => watch.seen.length >= times);
    await seen(1);
    for (const [index, revision] of ['2', 'autumn', '1'].entries()) {
      await api.patch(draft, { spec: { credentialsRevision: revision } });
      await until(`revision ${revision} is there`, async () => {
        const { metadata } = await api.get(secretOf(draft));
        return metadata.annotations?.[revisionAnnotation] === revision;
      });
      await seen(index + 2);
    }
    await reconciled(api, draft, 30);
    await reconciled(api, draft, 40);
    expect(watch.seen).toHaveLength(4);
    expect(new Set(watch.seen).size).toBe(4);
    expect((await api.get(draft))['status']).toMatchObject({ credentialsRevision: '1' });
  });

  it.each([
    {
      kind: 'PostgresInstance',
      how: 'CloudNativePG watches the Secret by its label',
      told: (composed: Map<string, Live>) => composed.get('conn')?.metadata.labels?.['cnpg.io/reload'],
      want: () => 'true',
    },
    {
      kind: 'DragonflyInstance',
      how: 'the pods roll, because their template bears a hash of it',
      told: (composed: Map<string, Live>) => JSON.stringify(composed.get('dragonfly')?.['spec']),
      want: (password: string) =>
        expect.stringContaining(createHash('sha256').update(password).digest('hex')) as unknown,
    },
  ] as const)(
    'is made again when the Secret of a $kind is deleted by hand: $how',
    async ({ kind, told, want }) => {
      const draft = await readyClaim(api, kind);
      const live = await api.get(draft);
      const { metadata } = await api.get(secretOf(draft));
      await api.delete(secretOf(draft));
      // Its password is another, unless a reconcile had just read the old one.
      await until('it is made again, and the operator can know', async () => {
        const composed = await composedOf(api, live);
        expect(composed.get('conn')?.metadata.uid).not.toBe(metadata.uid);
        expect(told(composed)).toEqual(want(await passwordOf(api, draft)));
        return true;
      });
    },
  );
});

describeEngine("a Secret that stands in the claim's place", ({ api }) => {
  const basicAuth = {
    type: 'kubernetes.io/basic-auth',
    stringData: { username: 'orders', password: 'by-hand-and-kept' },
  };

  async function withSecret(secret: object, metadata: object = {}): Promise<Draft> {
    const draft = claim('PostgresInstance', await newNamespace(api, 'password'), 'orders');
    const ref = secretOf(draft);
    await api.apply({ ...ref, ...secret, metadata: { ...ref.metadata, ...metadata } });
    await api.apply(draft);
    return draft;
  }

  it('is left alone when it belongs to something else, and the claim says whose it is', async () => {
    const owner = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: 'vault',
      uid: '3f2b1c52-7a0e-4a53-9d43-0f5b3a4f9a10',
      controller: true,
    };
    const other = claim('PostgresInstance', await newNamespace(api, 'password'), 'orders');
    const config = await api.apply({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'vault', namespace: other.metadata.namespace ?? '' },
    });
    const ref = secretOf(other);
    const before = await api.apply({
      ...ref,
      ...basicAuth,
      metadata: { ...ref.metadata, ownerReferences: [{ ...owner, uid: config.metadata.uid }] },
    });
    await api.apply(other);
    const live = await settled(api, other, 'Synced', 'False');
    expect(condition(live, 'Synced')?.message).toContain('Secret orders-conn: belongs to ConfigMap vault');
    expect(identity(await api.get(ref))).toEqual(identity(before));
    expect((await composedOf(api, live)).size).toBe(0);
  });

  it('is adopted with its password when it is nobody’s', async () => {
    const draft = await withSecret(basicAuth);
    const secret = await until('the Secret is complete', async () => {
      const found = await api.get(secretOf(draft));
      return valuesOf(found)['uri'] !== undefined && found;
    });
    expect(valuesOf(secret)).toMatchObject({
      password: 'by-hand-and-kept',
      uri: expect.stringContaining('by-hand-and-kept') as unknown,
    });
    expect(secret.metadata.ownerReferences).toMatchObject([
      { kind: 'PostgresInstance', name: 'orders', controller: true },
    ]);
  });

  it('is left alone when its type is another, which cannot change, and the claim says so', async () => {
    const draft = await withSecret({ stringData: { password: 'by-hand-and-kept' } });
    const live = await settled(api, draft, 'Synced', 'False');
    expect(condition(live, 'Synced')?.message).toContain(
      'is there already with type Opaque, where kubernetes.io/basic-auth is needed',
    );
    expect(valuesOf(await api.get(secretOf(draft)))).toEqual({ password: 'by-hand-and-kept' });
  });
});
