import { expect, it } from 'vitest';
import { claim, gone, newNamespace } from './claims.ts';
import { describeEngine } from './engine.ts';
import { until } from './until.ts';

describeEngine('deletion protection', ({ api }) => {
  it.each(['PostgresInstance', 'DragonflyInstance'] as const)(
    'refuses to delete a protected %s, says how to go on, and lets it go when told to',
    async (kind) => {
      const draft = claim(kind, await newNamespace(api, 'guard'), 'orders', { deletionProtection: true });
      await api.apply(draft);
      await expect(api.delete(draft)).rejects.toMatchObject({
        status: 403,
        message: expect.stringContaining(
          `kubectl patch ${kind.toLowerCase()} orders -n ${draft.metadata.namespace} --type merge -p '{"spec":{"deletionProtection":false}}'`,
        ) as unknown,
      });
      await api.patch(draft, { spec: { deletionProtection: false } });
      await api.delete(draft);
      await gone(api, draft);
    },
  );

  it('keeps a protected claim when its namespace is deleted, until the claim may go', async () => {
    const namespace = await newNamespace(api, 'guard');
    const draft = claim('PostgresInstance', namespace, 'orders', { deletionProtection: true });
    await api.apply(draft);
    const ref = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
    await api.delete(ref);
    const said = await until('the namespace says what it waits for', async () => {
      const { status } = (await api.get(ref)) as unknown as {
        status: { conditions?: { message: string }[] };
      };
      return status.conditions?.find(({ message }) => message.includes('deletionProtection'));
    });
    expect(said.message).toContain('spec.deletionProtection is true');
    expect(await api.find(draft)).toBeDefined();
    await api.patch(draft, { spec: { deletionProtection: false } });
    await api.delete(draft);
    await gone(api, draft);
  });
});
